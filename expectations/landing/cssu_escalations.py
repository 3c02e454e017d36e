"""Business rules of cssu.escalations."""

from expectations.recurring import IRO, given_without, in_order, not_after_export

_TABLE = "cssu.escalations"

RULES = [
    in_order(
        _TABLE,
        "closed_before_raised",
        "raised_date",
        "closed_date",
        "An escalation was closed before it was raised",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("raised_date", "closed_date"),
        "An escalation was raised, or closed, after the day the register speaks of",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "closed_without_outcome",
        "closed_date",
        "outcome",
        "An escalation was closed and its outcome is not given",
        "Enter the outcome in the register",
        owner=IRO,
        source="definitions, who is answerable: the outcome is judged",
    ),
    given_without(
        _TABLE,
        "outcome_while_open",
        "outcome",
        "closed_date",
        "An open escalation has an outcome",
        "Enter the day on which it was closed in the register, or take the outcome away",
        owner=IRO,
        source="definitions, who is answerable: the outcome is judged",
    ),
]
