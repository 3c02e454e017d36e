"""Business rules of cssu.private_fostering_visits."""

from expectations.recurring import not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "cssu.private_fostering_visits",
        "after_export",
        ("visit_date",),
        "A visit is dated after the day the register speaks of",
    ),
    Rule(
        "cssu.private_fostering_visits.before_notified",
        "warning",
        "A visit was made before the council was told of the arrangement",
        "Correct the day of the visit, or the arrangement that it names",
        """
        select v._file, v._record, 'visit_date' as column_name from {this} as v
        inner join {private_fostering_arrangements} as a on v.arrangement_id = a.arrangement_id
        where v.visit_date < a.notified_date
        """,
        source="Private Arrangements for Fostering Regulations 2005 reg 8: visits from when the council is aware",
    ),
]
