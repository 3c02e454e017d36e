"""Business rules of cssu.foster_households."""

from expectations.recurring import given_without, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "cssu.foster_households"

RULES = [
    in_order(
        _TABLE,
        "ended_before_approved",
        "approved_date",
        "ended_date",
        "The approval of a household ended before it began",
    ),
    in_order(
        _TABLE,
        "temporary_until_before_approved",
        "approved_date",
        "temporary_until",
        "A temporary approval runs out before it began",
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("approved_date", "ended_date"),
        "A household was approved, or its approval ended, after the day the register speaks of",
    ),
    given_without(
        _TABLE,
        "ended_without_reason",
        "ended_date",
        "end_reason",
        "The approval of a household ended and no reason is given",
        "Enter the reason in the register",
    ),
    given_without(
        _TABLE,
        "reason_while_approved",
        "end_reason",
        "ended_date",
        "An approved household has a reason for the end of its approval",
        "Enter the day on which the approval ended in the register, or take the reason away",
    ),
    Rule(
        "cssu.foster_households.temporary_without_end",
        "warning",
        "A temporary approval does not say until when: nobody can tell when it runs out",
        "Enter the last day of the temporary approval in the register",
        """
        select _file, _record, 'temporary_until' as column_name from {this}
        where approval_type = 'TEMPORARY' and temporary_until is null and not 'temporary_until' = any(_unreadable)
        """,
        source="Care Planning Regulations 2010 reg 24: 16 weeks, and 8 more (unverified)",
    ),
]
