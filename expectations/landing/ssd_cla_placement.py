"""Business rules of ssd.cla_placement."""

from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.cla_placement.ends_before_it_starts",
        "warning",
        "A placement ends on or before the day it began",
        "Correct it in the case system",
        """
        select _file, _record, 'clap_cla_placement_end_date' as column_name from {this}
        where clap_cla_placement_end_date <= clap_cla_placement_start_date
        """,
        source="this project: the order of dates",
    ),
]
