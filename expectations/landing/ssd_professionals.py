"""Business rules of ssd.professionals."""

from expectations.recurring import IN_CASE_SYSTEM
from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.professionals.more_than_full_time",
        "warning",
        "A full-time equivalent is below 0 or above 1: hours, or a percentage, in its place",
        IN_CASE_SYSTEM,
        """
        select _file, _record, 'prof_full_time_equivalency' as column_name from {this}
        where prof_full_time_equivalency not between 0 and 1
        """,
        source="SSD PROF011A: the full-time equivalent of one person",
    ),
]
