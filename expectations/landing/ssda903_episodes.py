"""Business rules of ssda903.episodes."""

from expectations.rule import Rule

RULES = [
    Rule(
        "ssda903.episodes.open_with_reason",
        "warning",
        "An episode has a reason for ending but no end date; it counts as open",
        "Enter the end date, or remove the reason",
        """
        select _file, _record, 'rec' as column_name from {this} where dec is null and rec is not null
        """,
        source="DfE rule 148 of SSDA903",
    ),
    Rule(
        "ssda903.episodes.ends_before_it_starts",
        "warning",
        "An episode ends on or before the day it began",
        "Correct it in the return",
        """
        select _file, _record, 'dec' as column_name from {this} where dec <= decom
        """,
        source="DfE rule 356 of SSDA903; and the same day, which would be no day in care",
    ),
    Rule(
        "ssda903.episodes.child_without_header",
        "warning",
        "A child has episodes but no header record",
        "Add the child to the header file",
        """
        select e._file, e._record, 'child' as column_name from {this} as e
        where
            e.child is not null
            and exists (select from {header})
            and not exists (select from {header} as h where h.child = e.child)
        """,
        source="DfE rule INT03 of SSDA903",
    ),
]
