"""Business rules of ssda903.reviews."""

from expectations.rule import Rule

RULES = [
    Rule(
        "ssda903.reviews.participation_differs",
        "warning",
        "A review of a child on one day stands with differing ways of taking part; none of them is shown",
        "Leave one code a review",
        """
        select _file, _record, 'review_code' as column_name from (
            select
                _file, _record,
                min(review_code) over child_and_day as one_code,
                max(review_code) over child_and_day as other
            from {this} where child is not null and review is not null
            window child_and_day as (partition by child, review)
        ) as reviews where one_code <> other
        """,
        source="definitions, reviews: a child takes part in a review in one way",
    ),
    Rule(
        "ssda903.reviews.under_four_code",
        "info",
        "A child of four or more has the code for under four (rule 440), or the reverse (rule 441)",
        "Correct the code in the return",
        """
        select _file, _record, 'review_code' as column_name from {this}
        where (review_code = 'PN0' and review > dob + interval '4 years')
        or (review_code <> 'PN0' and review < dob + interval '4 years')
        """,
        source="DfE rules 440 and 441 of SSDA903",
    ),
]
