"""Business rules of cssu.review_actions."""

from expectations.recurring import IRO, not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "cssu.review_actions",
        "done_after_export",
        ("done_date",),
        "A decision of a review was carried out after the day the register speaks of",
        owner=IRO,
    ),
    Rule(
        "cssu.review_actions.of_no_meeting",
        "warning",
        "A decision names neither the review nor the conference that made it",
        "Enter the review or the conference in the register",
        """
        select _file, _record, '' as column_name from {this}
        where review_id is null and meeting_id is null and not _unreadable && array['review_id', 'meeting_id']
        """,
        owner=IRO,
        source="local sources: a decision is of a review or of a conference",
    ),
    Rule(
        "cssu.review_actions.status_against_day",
        "warning",
        "A decision is down as done without a day, or as open with the day on which it was done",
        "Enter the day in the register, or correct the status",
        """
        select _file, _record, 'status' as column_name from {this}
        where (status = 'DONE' and done_date is null and not 'done_date' = any(_unreadable))
        or (status = 'OPEN' and done_date is not null)
        """,
        owner=IRO,
        source="this project: what belongs together",
    ),
]
