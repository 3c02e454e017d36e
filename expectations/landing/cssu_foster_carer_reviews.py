"""Business rules of cssu.foster_carer_reviews."""

from expectations.recurring import given_without, in_order, not_after_export, of_the_service
from expectations.rule import Rule

_TABLE = "cssu.foster_carer_reviews"

RULES = [
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("review_date", "written_up_date"),
        "A foster carer review was held, or written up, after the day the register speaks of",
    ),
    in_order(
        _TABLE,
        "written_up_before_held",
        "review_date",
        "written_up_date",
        "A foster carer review was written up before it was held",
    ),
    in_order(
        _TABLE,
        "panel_before_held",
        "review_date",
        "panel_date",
        "The panel considered a foster carer review before it was held",
    ),
    given_without(
        _TABLE,
        "outcome_without_review",
        "outcome",
        "review_date",
        "A foster carer review that was not held has an outcome",
        "Enter the day of the review in the register, or take the outcome away",
    ),
    Rule(
        "cssu.foster_carer_reviews.before_approval",
        "warning",
        "A foster carer review was held before its household was approved",
        "Correct the day of the review, or the day of the approval",
        """
        select r._file, r._record, 'review_date' as column_name from {this} as r
        inner join {foster_households} as h on r.household_id = h.household_id
        where r.review_date < h.approved_date
        """,
        source="Fostering Services Regulations 2011 reg 28: a review is of an approval",
    ),
    Rule(
        "cssu.foster_carer_reviews.after_approval",
        "warning",
        "A foster carer review was held after its household's approval had ended",
        "Correct the day of the review, or the day on which the approval ended",
        """
        select r._file, r._record, 'review_date' as column_name from {this} as r
        inner join {foster_households} as h on r.household_id = h.household_id
        where r.review_date > h.ended_date and h.ended_date >= h.approved_date
        """,
        source="Fostering Services Regulations 2011 reg 28: a review is of an approval",
    ),
    of_the_service(
        _TABLE,
        "chair_not_an_iro",
        "chair_professional_id",
        "t.review_date >= (select min(from_date) from {iro_posts})",
        "A foster carer review was chaired by somebody who never held an IRO's post",
        "Correct the chair in the register, or enter the post",
        "local sources: posts of IROs, foster carer reviews among them",
    ),
]
