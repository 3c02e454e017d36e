"""Business rules of cssu.meeting_changes."""

from expectations.recurring import IRO, not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "cssu.meeting_changes",
        "decided_after_export",
        ("decided_date",),
        "A meeting was moved or cancelled after the day the register speaks of",
        owner=IRO,
    ),
    Rule(
        "cssu.meeting_changes.meeting_unknown",
        "warning",
        "The meeting that was moved or cancelled is none of the register's, of the kind it is said to be",
        "Correct the meeting or its kind in the register",
        """
        select m._file, m._record, 'meeting_id' as column_name from {this} as m
        left join (
            select distinct 'CIC_REVIEW' as kind, review_detail_id as meeting_id from {review_details}
            union all
            select distinct 'FCR', review_id from {foster_carer_reviews}
            union all
            select distinct kind, meeting_id from {conference_details}
            cross join (values ('ICPC'), ('RCPC')) as conference (kind)
        ) as known on m.meeting_type = known.kind and m.meeting_id = known.meeting_id
        where m.meeting_id is not null and known.meeting_id is null
        and case m.meeting_type
            when 'CIC_REVIEW' then exists (select from {review_details})
            when 'FCR' then exists (select from {foster_carer_reviews})
            else exists (select from {conference_details})
        end
        """,
        owner=IRO,
        source="local sources: meeting_id by the kind of meeting",
    ),
    Rule(
        "cssu.meeting_changes.not_moved",
        "warning",
        "A meeting was moved to the day on which it was",
        "Correct the new day in the register; empty it where the meeting was cancelled",
        """
        select _file, _record, 'new_date' as column_name from {this} where new_date = original_date
        """,
        owner=IRO,
        source="this project: what moved is on another day",
    ),
]
