"""Business rules of cssu.scrutiny."""

from expectations.recurring import in_order, not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "cssu.scrutiny",
        "dated_after_export",
        ("date", "follow_up_done"),
        "A case was looked at, or followed up, after the day the register speaks of",
    ),
    in_order(
        "cssu.scrutiny",
        "followed_up_before",
        "date",
        "follow_up_done",
        "A case was followed up before it was looked at",
    ),
    Rule(
        "cssu.scrutiny.plan_missing",
        "warning",
        "The look at a child protection plan of 15 months does not say which plan",
        "Enter the plan in the register",
        """
        select _file, _record, 'cp_plan_id' as column_name from {this}
        where kind = 'FIFTEEN_MONTH' and cp_plan_id is null and not 'cp_plan_id' = any(_unreadable)
        """,
        source="annual report 4.10: plans of 15 months and more are looked at",
    ),
]
