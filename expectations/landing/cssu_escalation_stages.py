"""Business rules of cssu.escalation_stages."""

from expectations.rule import Rule

RULES = [
    Rule(
        "cssu.escalation_stages.answered_before_notified",
        "warning",
        "A stage was answered before the manager was notified",
        "Correct the register",
        """
        select _file, _record, 'responded_date' as column_name from {this} where responded_date < notified_date
        """,
        owner="independent reviewing officer",
        source="this project: the order of dates",
    ),
    Rule(
        "cssu.escalation_stages.escalation_unknown",
        "warning",
        "A stage belongs to no escalation of the register",
        "Enter the escalation, or delete the stage",
        """
        select s._file, s._record, 'escalation_id' as column_name from {this} as s
        where s.escalation_id is not null
        and not exists (select from {escalations} as e where e.escalation_id = s.escalation_id)
        """,
        owner="independent reviewing officer",
        source="this project: a record belongs to one of the same source",
    ),
]
