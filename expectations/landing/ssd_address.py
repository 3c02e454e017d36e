"""Business rules of ssd.address."""

from expectations.recurring import in_order

RULES = [
    in_order(
        "ssd.address",
        "ends_before_it_starts",
        "addr_address_start_date",
        "addr_address_end_date",
        "An address ends before it began",
    ),
]
