"""Business rules of cssu.conference_participation."""

from expectations.recurring import IRO
from expectations.rule import Rule

RULES = [
    Rule(
        "cssu.conference_participation.absent_and_there",
        "warning",
        "A child was there for all of a conference, and a reason is given for being absent",
        "Correct in the register whether the child was there",
        """
        select _file, _record, 'reason_not_attended' as column_name from {this}
        where attended = 'ALL' and reason_not_attended is not null
        """,
        owner=IRO,
        source="this project: what belongs together",
    ),
]
