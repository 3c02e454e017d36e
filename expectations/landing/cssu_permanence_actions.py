"""Business rules of cssu.permanence_actions."""

from expectations.recurring import IRO, in_order, not_after_export

_TABLE = "cssu.permanence_actions"

RULES = [
    in_order(
        _TABLE,
        "done_before_discussed",
        "discussed_date",
        "done_date",
        "An action was done before it was discussed",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "due_before_discussed",
        "discussed_date",
        "due_date",
        "An action was due before it was discussed",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("discussed_date", "done_date"),
        "An action was discussed, or done, after the day the register speaks of",
        owner=IRO,
    ),
]
