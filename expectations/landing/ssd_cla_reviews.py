"""Business rules of ssd.cla_reviews."""

from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.cla_reviews.held_after_export",
        "warning",
        "A review is said to have been held after the day the export speaks of",
        "Correct it in the case system",
        """
        select _file, _record, 'clar_cla_review_date' as column_name from {this}
        where clar_cla_review_date > {batch_date}
        """,
        source="this project: an export can't know what is still to come",
    ),
    Rule(
        "ssd.cla_reviews.participation_missing",
        "info",
        "A held review does not say how the child took part",
        "Complete the review form",
        """
        select _file, _record, 'clar_cla_review_participation' as column_name from {this}
        where clar_cla_review_date is not null and clar_cla_review_participation is null
        """,
        owner="independent reviewing officer",
        source="DfE rule 167 of SSDA903, on the extract",
    ),
]
