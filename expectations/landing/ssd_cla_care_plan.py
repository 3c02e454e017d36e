"""Business rules of ssd.cla_care_plan."""

from expectations.recurring import in_order, not_after_export

RULES = [
    in_order(
        "ssd.cla_care_plan",
        "ends_before_it_starts",
        "lacp_cla_care_plan_start_date",
        "lacp_cla_care_plan_end_date",
        "A care plan ends before it began",
    ),
    not_after_export(
        "ssd.cla_care_plan",
        "starts_after_export",
        ("lacp_cla_care_plan_start_date",),
        "A care plan begins after the day the export speaks of",
    ),
]
