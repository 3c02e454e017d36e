"""Business rules of cssu.training."""

from expectations.recurring import not_after_export

RULES = [
    not_after_export(
        "cssu.training", "after_export", ("date",), "A training is dated after the day the register speaks of"
    ),
]
