"""Business rules of momo.statements."""

from expectations.rule import Rule

RULES = [
    Rule(
        "momo.statements.read_before_sent",
        "warning",
        "A statement was read before it was sent",
        "Report it to the supplier",
        """
        select _file, _record, 'read_at' as column_name from {this} where read_at < submitted_at
        """,
        source="this project: the order of dates",
    ),
    Rule(
        "momo.statements.person_missing",
        "info",
        "A statement names no child yet",
        "Match the account to its child in the service dashboard",
        """
        select _file, _record, 'person_id' as column_name from {this} where person_id is null
        """,
        source="contract of momo: a statement may name its child later",
    ),
]
