"""Business rules of ssda903.reviews."""

from expectations.dfe import dfe_rule
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
    dfe_rule(
        "ssda903.reviews",
        "167",
        "review_code",
        "A review does not say how the child took part",
        "Enter how the child took part",
        "review is not null and review_code is null",
    ),
    dfe_rule(
        "ssda903.reviews",
        "440",
        "review_code",
        "A review says that the child was under four, and the child was four or over",
        "Correct the code in the return",
        "review_code = 'PN0' and review > dob + interval '4 years'",
        severity="info",
    ),
    dfe_rule(
        "ssda903.reviews",
        "441",
        "review_code",
        "A review says how a child of four or over took part, and the child was under four",
        "Give the review the code PN0",
        "review_code <> 'PN0' and review < dob + interval '4 years'",
        severity="info",
    ),
    dfe_rule(
        "ssda903.reviews",
        "399",
        "review",
        "A child who only has short breaks has a review",
        "Leave the review out of the return, or correct the legal status",
        "exists (select from {episodes} as e where e.child = t.child) and not exists ("
        "select from {episodes} as e where e.child = t.child and coalesce(e.ls, '') not in ('V3', 'V4'))",
    ),
]
