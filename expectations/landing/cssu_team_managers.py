"""Business rules of cssu.team_managers."""

from expectations.recurring import in_order

RULES = [
    in_order(
        "cssu.team_managers",
        "ends_before_it_starts",
        "from_date",
        "to_date",
        "A manager stopped managing a team before beginning to",
    ),
]
