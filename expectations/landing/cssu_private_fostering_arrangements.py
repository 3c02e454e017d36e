"""Business rules of cssu.private_fostering_arrangements."""

from expectations.recurring import given_without, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "cssu.private_fostering_arrangements"

RULES = [
    in_order(
        _TABLE,
        "ended_before_started",
        "started_date",
        "ended_date",
        "A private fostering arrangement ended before it began",
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("notified_date", "approved_date", "ended_date"),
        "An arrangement was notified, approved or ended after the day the register speaks of",
    ),
    given_without(
        _TABLE,
        "reason_while_it_stands",
        "end_reason",
        "ended_date",
        "An arrangement that stands has a reason for its end",
        "Enter the day on which it ended in the register, or take the reason away",
    ),
    Rule(
        "cssu.private_fostering_arrangements.status_against_days",
        "warning",
        "An arrangement is down as ended without a day, as active with the day of its end, or active without a start",
        "Correct the status in the register, or enter the day",
        """
        select _file, _record, 'status' as column_name from {this}
        where not _unreadable && array['started_date', 'ended_date']
        and (
            (status = 'ENDED' and ended_date is null)
            or (status = 'ACTIVE' and (ended_date <= {batch_date} or started_date is null))
        )
        """,
        source="local sources: an arrangement, or an enquiry that became none",
    ),
]
