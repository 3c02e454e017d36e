"""Business rules of cssu.compliance_forms."""

from expectations.recurring import IRO, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "cssu.compliance_forms"

RULES = [
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("conference_date", "completed_date"),
        "A form is of a conference, or was completed, after the day the register speaks of",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "completed_before_conference",
        "conference_date",
        "completed_date",
        "A form was completed before the conference that it is about",
        owner=IRO,
    ),
    Rule(
        "cssu.compliance_forms.type_differs",
        "warning",
        "A form says another kind of conference than the conference itself",
        "Correct the kind of conference on the form, or which conference it is about",
        """
        select f._file, f._record, 'conference_type' as column_name from {this} as f
        inner join {conference_details} as c on f.meeting_id = c.meeting_id
        where f.conference_type <> c.conference_type
        """,
        owner=IRO,
        source="local sources: a form is of a family and a conference",
    ),
    Rule(
        "cssu.compliance_forms.absent_and_there",
        "warning",
        "The child was there for all of a conference, and a reason is given for being absent",
        "Correct on the form whether the child was there",
        """
        select _file, _record, 'reason_not_attended' as column_name from {this}
        where child_attended = 'Y' and attended_part is distinct from 'Y' and reason_not_attended is not null
        """,
        owner=IRO,
        source="this project: what belongs together",
    ),
]
