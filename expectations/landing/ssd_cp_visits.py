"""Business rules of ssd.cp_visits."""

from expectations.recurring import not_after_export
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
    Rule(
        "ssd.cp_visits.seen_alone_not_seen",
        "warning",
        "A child was seen alone on a visit and not seen on it",
        "Correct in the case system whether the child was seen",
        """
        select _file, _record, 'cppv_cp_visit_seen' as column_name from {this}
        where cppv_cp_visit_seen = 'N' and cppv_cp_visit_seen_alone = 'Y'
        """,
        source="domain, visits: a child seen alone was seen",
    ),
]
