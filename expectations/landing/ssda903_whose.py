"""Rules of every table of ssda903 whose records say whose they are: the council's own, and of the return's year."""

from expectations.rule import Rule
from include.contract.model import source

RULES = [
    rule
    for table in source("ssda903").tables
    for rule in (
        Rule(
            f"ssda903.{table.name}.another_council",
            "critical",
            "A record names another council as its own",
            "Leave other councils' records out of the file, or name the council as the setting council_names has it",
            """
            select _file, _record, 'la' as column_name from {this}
            where la is not null and lower(la) <> all({council_names})
            """,
            source="this project: a return holds the council's own children",
        ),
        Rule(
            f"ssda903.{table.name}.another_year",
            "critical",
            "A record names another return year than its file",
            "Deliver it with the return of its year",
            """
            select _file, _record, 'year' as column_name from {this} where year <> {year_ending}
            """,
            source="this project: a return is of one year",
        ),
    )
]
