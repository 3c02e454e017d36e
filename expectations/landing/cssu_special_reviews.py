"""Business rules of cssu.special_reviews."""

from expectations.recurring import IRO, given_without, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "cssu.special_reviews"

RULES = [
    in_order(
        _TABLE,
        "held_before_trigger",
        "trigger_date",
        "review_date",
        "A special review was held before what made it necessary",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("trigger_date", "review_date"),
        "A special review was triggered, or held, after the day the register speaks of",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "outcome_without_review",
        "outcome",
        "review_date",
        "A special review that was not held has an outcome",
        "Enter the day of the review in the register, or take the outcome away",
        owner=IRO,
    ),
    Rule(
        "cssu.special_reviews.of_nobody",
        "warning",
        "A special review is of no child",
        "Enter its children in the register",
        """
        select r._file, r._record, '' as column_name from {this} as r
        where r.special_review_id is not null and exists (select from {special_review_children})
        and not exists (
            select from {special_review_children} as c where c.special_review_id = r.special_review_id
        )
        """,
        owner=IRO,
        source="local sources: a special review has its children",
    ),
]
