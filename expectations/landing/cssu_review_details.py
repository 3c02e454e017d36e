"""Business rules of cssu.review_details."""

from expectations.recurring import IRO, given_without, in_order, not_after_export, of_the_service
from expectations.rule import Rule

_TABLE = "cssu.review_details"

RULES = [
    not_after_export(
        _TABLE,
        "held_after_export",
        ("held_date",),
        "A review is said to have been held after the day the register speaks of",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("report_received_date", "midway_check_date", "decisions_shared_date", "record_completed_date"),
        "What was done for a review is dated after the day the register speaks of",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "shared_before_held",
        "held_date",
        "decisions_shared_date",
        "The decisions of a review were shared before it was held",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "completed_before_held",
        "held_date",
        "record_completed_date",
        "The record of a review was complete before it was held",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "held_without_chair",
        "held_date",
        "chair_professional_id",
        "A held review does not say who chaired it",
        "Enter the chair in the register",
        owner=IRO,
        severity="info",
        source="definitions, who is answerable: a held review belongs to its chair",
    ),
    of_the_service(
        _TABLE,
        "chair_not_an_iro",
        "chair_professional_id",
        "t.held_date >= (select min(from_date) from {iro_posts})",
        "A review was chaired by somebody who never held an IRO's post",
        "Correct the chair in the register, or enter the post",
        "Care Planning Regulations 2010 reg 36: the IRO chairs the review",
        owner=IRO,
    ),
    Rule(
        "cssu.review_details.adjourned_backwards",
        "warning",
        "A review was adjourned to itself, to a meeting before it, or to one of another child",
        "Correct in the register to which meeting it was adjourned",
        """
        select r._file, r._record, 'adjourned_to_review_id' as column_name from {this} as r
        inner join {this} as n on r.adjourned_to_review_id = n.review_detail_id
        where n.review_detail_id = r.review_detail_id or n.person_id <> r.person_id
        or coalesce(n.held_date, n.planned_date) < coalesce(r.held_date, r.planned_date)
        """,
        owner=IRO,
        source="domain, calendar questions: a review held across more than one meeting",
    ),
    Rule(
        "cssu.review_details.two_first_reviews",
        "warning",
        "A period of care has two first, or two second, reviews",
        "Correct the type of the later review in the register",
        """
        select _file, _record, 'review_type' as column_name from (
            select _file, _record,
                count(*) over (partition by cla_id, review_type order by held_date, _record) as nth
            from {this}
            where review_type in ('FIRST', 'SECOND') and held_date is not null and cla_id is not null
            and coalesce(series_number, 1) = 1
        ) as held where nth > 1
        """,
        owner=IRO,
        source="Care Planning Regulations 2010 reg 33: one first and one second review",
    ),
]
