"""Business rules of ssd.cla_visits."""

from expectations.landing.ssd_cla_episodes import PERIODS
from expectations.recurring import not_after_export, seen_where_seen_alone
from expectations.rule import Rule

RULES = [
    not_after_export(
        "ssd.cla_visits",
        "after_export",
        ("clav_cla_visit_date",),
        "A visit is dated after the day the export speaks of",
    ),
    Rule(
        "ssd.cla_visits.before_care",
        "warning",
        "A visit was made before its period of care began",
        "Correct the day of the visit, or the period of care that it names",
        f"""
        select v._file, v._record, 'clav_cla_visit_date' as column_name from {{this}} as v
        inner join {PERIODS} as c on v.clav_cla_id = c.cla_id
        where v.clav_cla_visit_date < c.starts
        """,
        source="Care Planning Regulations 2010 reg 28: visits are of a child looked after",
    ),
    seen_where_seen_alone("ssd.cla_visits", "clav_cla_visit_seen", "clav_cla_visit_seen_alone"),
]
