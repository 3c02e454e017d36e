"""Business rules of ssd.legal_status."""

from expectations.recurring import in_order, not_after_export
from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.legal_status.overlap",
        "warning",
        "Two care statuses of a child overlap; the precedence seed decides which is shown",
        "End the status that is over in the case system",
        """
        select _file, _record, '' as column_name from (
            select
                _file, _record, lega_legal_status_start_date as starts,
                max(coalesce(lega_legal_status_end_date, date 'infinity')) over (
                    partition by lega_person_id order by lega_legal_status_start_date, _record
                    rows between unbounded preceding and 1 preceding
                ) as earlier_ends
            from {this} where lega_legal_status is not null and lega_person_id is not null
        ) as statuses where earlier_ends > starts
        """,
        source="definitions, care status: an overlap is a warning",
    ),
    in_order(
        "ssd.legal_status",
        "ends_before_it_starts",
        "lega_legal_status_start_date",
        "lega_legal_status_end_date",
        "A legal status ends before it began",
    ),
    not_after_export(
        "ssd.legal_status",
        "starts_after_export",
        ("lega_legal_status_start_date",),
        "A legal status begins after the day the export speaks of",
    ),
]
