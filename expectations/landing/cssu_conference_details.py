"""Business rules of cssu.conference_details."""

from expectations.recurring import IRO, in_order, not_after_export, of_the_service

RULES = [
    not_after_export(
        "cssu.conference_details",
        "dated_after_export",
        ("strategy_discussion_date", "report_shared_date"),
        "A strategy discussion was held, or a report shared, after the day the register speaks of",
        owner=IRO,
    ),
    in_order(
        "cssu.conference_details",
        "shared_before_strategy",
        "strategy_discussion_date",
        "report_shared_date",
        "The report to a conference was shared before the strategy discussion that led to it",
        owner=IRO,
    ),
    of_the_service(
        "cssu.conference_details",
        "chair_not_an_iro",
        "chair_professional_id",
        "exists (select from {iro_posts})",
        "A conference was chaired by somebody who never held an IRO's post",
        "Correct the chair in the register, or enter the post",
        "design, who it is for: IROs chair the child protection conferences",
        owner=IRO,
    ),
]
