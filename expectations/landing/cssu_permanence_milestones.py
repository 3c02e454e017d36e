"""Business rules of cssu.permanence_milestones."""

from expectations.recurring import IRO, not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "cssu.permanence_milestones",
        "reached_after_export",
        ("actual_date",),
        "A step was taken after the day the register speaks of",
        owner=IRO,
    ),
    Rule(
        "cssu.permanence_milestones.before_plan",
        "warning",
        "A step towards a plan is dated before the plan was proposed",
        "Correct the day in the register, or the plan that the step belongs to",
        """
        select m._file, m._record, 'actual_date' as column_name from {this} as m
        inner join {permanence_plan_decisions} as d on m.decision_id = d.decision_id
        where least(m.planned_date, m.actual_date) < least(d.proposed_date, d.agreed_date)
        """,
        owner=IRO,
        source="this project: the order of dates",
    ),
]
