"""Business rules of Ofsted's lists of children in care: annex_a.children_in_care, care_leavers and adoption."""

from expectations.recurring import given_without, in_order, not_after_export

_CARE, _LEAVERS, _ADOPTION = "annex_a.children_in_care", "annex_a.care_leavers", "annex_a.adoption"

RULES = [
    in_order(
        _CARE,
        "ends_before_it_starts",
        "care_start_date",
        "care_end_date",
        "A period of care ends on or before the day it began",
        same_day=True,
        source="DfE rule 356 of SSDA903, on the list; and the same day, which would be no day in care",
    ),
    in_order(
        _CARE,
        "review_before_care",
        "care_start_date",
        "latest_review_date",
        "The latest review was held before the period of care began",
    ),
    not_after_export(
        _CARE,
        "dated_after_export",
        (
            "care_start_date",
            "legal_status_date",
            "latest_review_date",
            "last_visit_date",
            "last_iro_contact_date",
            "care_end_date",
            "placement_start_date",
        ),
        "A day of a child in care lies after the day of the list",
    ),
    given_without(
        _CARE,
        "ended_without_reason",
        "care_end_date",
        "end_reason",
        "A period of care ended and no reason is given",
        "Enter the reason in the case system",
        source="DfE rule 148 of SSDA903, on the list",
    ),
    not_after_export(
        _LEAVERS,
        "dated_after_export",
        ("pathway_plan_review_date", "latest_contact_date"),
        "A contact, or the review of a pathway plan, is dated after the day of the list",
    ),
    in_order(
        _ADOPTION,
        "matched_before_decision",
        "decision_date",
        "matched_date",
        "A child was matched with adopters before it was decided that the child should be placed",
    ),
    in_order(
        _ADOPTION,
        "placed_before_match",
        "matched_date",
        "placed_date",
        "A child was placed for adoption before being matched with adopters",
    ),
    in_order(
        _ADOPTION,
        "order_before_placed",
        "placed_date",
        "adoption_order_date",
        "An adoption order was made before the child was placed",
    ),
    in_order(
        _ADOPTION,
        "reversed_before_decision",
        "decision_date",
        "reversed_date",
        "A decision for adoption was reversed before it was made",
    ),
    not_after_export(
        _ADOPTION,
        "dated_after_export",
        (
            "decision_date",
            "placement_order_date",
            "matched_date",
            "placed_date",
            "adoption_order_date",
            "reversed_date",
            "fostering_for_adoption_date",
        ),
        "A step towards adoption is dated after the day of the list",
    ),
    given_without(
        _ADOPTION,
        "reversed_without_reason",
        "reversed_date",
        "reversed_reason",
        "A decision for adoption was reversed and no reason is given",
        "Enter the reason in the case system",
    ),
]
