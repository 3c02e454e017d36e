"""Business rules of ssd.involvements."""

from expectations.recurring import in_order, not_after_export
from expectations.rule import Rule

RULES = [
    in_order(
        "ssd.involvements",
        "ends_before_it_starts",
        "invo_involvement_start_date",
        "invo_involvement_end_date",
        "An involvement ends before it began",
    ),
    not_after_export(
        "ssd.involvements",
        "starts_after_export",
        ("invo_involvement_start_date",),
        "An involvement begins after the day the export speaks of",
    ),
    Rule(
        "ssd.involvements.two_iros",
        "warning",
        "Another independent reviewing officer took over four weeks ago, and the allocation before is still open",
        "End the allocation that is over in the case system",
        """
        select _file, _record, 'invo_involvement_end_date' as column_name from (
            select
                _file, _record,
                lead(invo_involvement_start_date) over (
                    partition by invo_person_id order by invo_involvement_start_date, _record
                ) as next_starts
            from {this}
            where invo_professional_role_id = 'IRO' and invo_person_id is not null
            and invo_involvement_end_date is null and not 'invo_involvement_end_date' = any(_unreadable)
        ) as allocated where next_starts <= {batch_date} - 28
        """,
        source="definitions, who is answerable: one IRO on a day; four weeks leave time to enter the end",
    ),
]
