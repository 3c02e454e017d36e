"""Business rules of ssd.involvements."""

from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.involvements.ends_before_it_starts",
        "warning",
        "An involvement ends before it began",
        "Correct it in the case system",
        """
        select _file, _record, 'invo_involvement_end_date' as column_name from {this}
        where invo_involvement_end_date < invo_involvement_start_date
        """,
        source="this project: the order of dates",
    ),
]
