"""Business rules of ssd.cp_visits."""

from expectations.recurring import not_after_export, seen_where_seen_alone
from expectations.rule import Rule

RULES = [
    not_after_export(
        "ssd.cp_visits",
        "after_export",
        ("cppv_cp_visit_date",),
        "A visit is dated after the day the export speaks of",
    ),
    Rule(
        "ssd.cp_visits.before_plan",
        "warning",
        "A visit was made before the plan that it names began",
        "Correct the day of the visit, or the plan that it names",
        """
        select v._file, v._record, 'cppv_cp_visit_date' as column_name from {this} as v
        inner join {cp_plans} as p on v.cppv_cp_plan_id = p.cppl_cp_plan_id
        where v.cppv_cp_visit_date < p.cppl_cp_plan_start_date
        """,
        source="this project: a visit is of its plan",
    ),
    seen_where_seen_alone("ssd.cp_visits", "cppv_cp_visit_seen", "cppv_cp_visit_seen_alone"),
]
