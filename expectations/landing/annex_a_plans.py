"""Business rules of Ofsted's lists of children in need and at risk: annex_a.section_47 and children_in_need,
annex_a.child_protection_plans.
"""

from expectations.recurring import given_without, in_order, not_after_export

_ENQUIRIES, _NEED, _PLANS = "annex_a.section_47", "annex_a.children_in_need", "annex_a.child_protection_plans"

RULES = [
    in_order(
        _ENQUIRIES,
        "conference_before_enquiry",
        "strategy_discussion_date",
        "initial_conference_date",
        "An initial conference was held before the strategy discussion that led to it",
    ),
    not_after_export(
        _ENQUIRIES,
        "dated_after_export",
        ("strategy_discussion_date", "initial_conference_date"),
        "A strategy discussion or a conference is dated after the day of the list",
    ),
    in_order(
        _NEED,
        "closed_before_start",
        "cin_start_date",
        "cin_closure_date",
        "A case of a child in need was closed before it began",
    ),
    not_after_export(
        _NEED,
        "dated_after_export",
        ("cin_start_date", "last_seen_date", "cin_closure_date"),
        "A case began or was closed, or its child was seen, after the day of the list",
    ),
    given_without(
        _NEED,
        "closed_without_reason",
        "cin_closure_date",
        "reason_for_closure",
        "A case was closed and no reason is given",
        "Enter the reason in the case system",
    ),
    in_order(
        _PLANS,
        "ends_before_it_starts",
        "plan_start_date",
        "plan_end_date",
        "A plan ends on or before the day it began",
        same_day=True,
        source="DfE rules 8925 and 8840 of the CIN census, on the list",
    ),
    in_order(
        _PLANS,
        "review_before_plan",
        "plan_start_date",
        "latest_review_conference_date",
        "The latest review conference was held on or before the day on which the plan began",
        same_day=True,
        source="DfE rule 8841 of the CIN census, on the list",
    ),
    not_after_export(
        _PLANS,
        "dated_after_export",
        ("plan_start_date", "last_visit_date", "latest_review_conference_date", "plan_end_date"),
        "A plan, its latest visit or its latest conference is dated after the day of the list",
    ),
]
