"""Business rules of ssd.immigration_status."""

from expectations.recurring import in_order

RULES = [
    in_order(
        "ssd.immigration_status",
        "ends_before_it_starts",
        "immi_immigration_status_start_date",
        "immi_immigration_status_end_date",
        "An immigration status ends before it began",
    ),
]
