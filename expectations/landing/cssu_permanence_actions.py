"""Business rules of cssu.permanence_actions."""

from expectations.rule import Rule

RULES = [
    Rule(
        "cssu.permanence_actions.done_before_discussed",
        "warning",
        "An action was done before it was discussed",
        "Correct the register",
        """
        select _file, _record, 'done_date' as column_name from {this} where done_date < discussed_date
        """,
        owner="independent reviewing officer",
        source="this project: the order of dates",
    ),
]
