"""Business rules of ssd.cp_reviews."""

from expectations.recurring import not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "ssd.cp_reviews",
        "held_after_export",
        ("cppr_cp_review_date",),
        "A review conference is said to have been held after the day the export speaks of",
    ),
    Rule(
        "ssd.cp_reviews.before_plan",
        "warning",
        "A review conference was held on or before the day on which its plan began",
        "Correct the day of the conference, or the plan that it names",
        """
        select r._file, r._record, 'cppr_cp_review_date' as column_name from {this} as r
        inner join {cp_plans} as p on r.cppr_cp_plan_id = p.cppl_cp_plan_id
        where r.cppr_cp_review_date <= p.cppl_cp_plan_start_date
        """,
        source="DfE rule 8841 of the CIN census, on the extract",
    ),
    Rule(
        "ssd.cp_reviews.after_plan",
        "warning",
        "A review conference was held after its plan had ended",
        "Correct the day of the conference, the end of the plan, or the plan that it names",
        """
        select r._file, r._record, 'cppr_cp_review_date' as column_name from {this} as r
        inner join {cp_plans} as p on r.cppr_cp_plan_id = p.cppl_cp_plan_id
        where r.cppr_cp_review_date > p.cppl_cp_plan_end_date and p.cppl_cp_plan_end_date > p.cppl_cp_plan_start_date
        """,
        source="this project: a review conference is of its plan",
    ),
]
