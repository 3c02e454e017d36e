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
        "momo.statements.saved_before_sent",
        "warning",
        "A statement was saved to the child's record before it was sent",
        "Report it to the supplier",
        """
        select _file, _record, 'saved_to_record_at' as column_name from {this} where saved_to_record_at < submitted_at
        """,
        source="this project: the order of dates",
    ),
    Rule(
        "momo.statements.sent_outside_period",
        "warning",
        "A statement was sent on a day that its delivery does not speak for",
        "Have the supplier deliver it with the period in which it was sent",
        """
        select _file, _record, 'submitted_at' as column_name from {this}
        where submitted_at < split_part({slice}, '/', 1)::date or submitted_at >= split_part({slice}, '/', 2)::date
        """,
        owner="data engineer",
        source="local sources: the slice is the period, by submitted_at",
    ),
    Rule(
        "momo.statements.worker_missing",
        "info",
        "A statement sent from a worker's account does not say which worker helped",
        "Match the account to its worker in the service dashboard",
        """
        select _file, _record, 'worker_professional_id' as column_name from {this}
        where account_type = 'WORKER' and worker_professional_id is null
        and not 'worker_professional_id' = any(_unreadable)
        """,
        source="local sources: a worker's account is a worker's",
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
