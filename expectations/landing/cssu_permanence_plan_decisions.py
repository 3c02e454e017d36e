"""Business rules of cssu.permanence_plan_decisions."""

from expectations.rule import Rule

RULES = [
    Rule(
        "cssu.permanence_plan_decisions.agreed_before_proposed",
        "warning",
        "A plan was agreed before it was proposed",
        "Correct the register",
        """
        select _file, _record, 'agreed_date' as column_name from {this} where agreed_date < proposed_date
        """,
        owner="independent reviewing officer",
        source="this project: the order of dates",
    ),
    Rule(
        "cssu.permanence_plan_decisions.ended_without_reason",
        "warning",
        "A plan ended and no reason is given: superseded, reversed and broken down can't be told apart",
        "Enter the reason in the register",
        """
        select _file, _record, 'end_reason' as column_name from {this}
        where ended_date is not null and end_reason is null
        """,
        owner="independent reviewing officer",
        source="definitions, plans for permanence: how an earlier plan ended",
    ),
]
