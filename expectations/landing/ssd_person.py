"""Business rules of ssd.person."""

from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.person.born_after_export",
        "warning",
        "A date of birth lies after the day the export speaks of",
        "Correct it in the case system",
        """
        select _file, _record, 'pers_dob' as column_name from {this} where pers_dob > {batch_date}
        """,
        source="this project: an export can't know what is still to come",
    ),
]
