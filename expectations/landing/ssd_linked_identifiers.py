"""Business rules of ssd.linked_identifiers."""

from expectations.recurring import in_order

RULES = [
    in_order(
        "ssd.linked_identifiers",
        "ends_before_it_starts",
        "link_valid_from_date",
        "link_valid_to_date",
        "An identifier stopped being valid before it began to be",
    ),
]
