"""Business rules of ssd.cla_placement."""

from expectations.landing.ssd_cla_episodes import PERIODS
from expectations.recurring import given_without, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "ssd.cla_placement"
_START, _END = "clap_cla_placement_start_date", "clap_cla_placement_end_date"

RULES = [
    in_order(
        _TABLE, "ends_before_it_starts", _START, _END, "A placement ends on or before the day it began", same_day=True
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        (_START, _END),
        "A placement begins, or has ended, after the day the export speaks of",
    ),
    given_without(
        _TABLE,
        "reason_while_open",
        "clap_cla_placement_change_reason",
        _END,
        "An open placement has a reason for its end",
        "Enter the day on which it ended in the case system, or take the reason away",
        source="DfE rule 148 of SSDA903, on placements",
    ),
    Rule(
        "ssd.cla_placement.overlap",
        "warning",
        "A child is in two placements at a time; temporary ones (T0 to T4), and those without a type, are left out",
        "End the placement that is over in the case system",
        """
        select _file, _record, 'clap_cla_placement_start_date' as column_name from (
            select
                _file, _record, clap_cla_placement_start_date as starts,
                max(coalesce(clap_cla_placement_end_date, date 'infinity')) over (
                    partition by clap_person_id order by clap_cla_placement_start_date, _record
                    rows between unbounded preceding and 1 preceding
                ) as earlier_ends
            from {this}
            where clap_person_id is not null and clap_cla_placement_type not like 'T_'
        ) as placements where earlier_ends > starts
        """,
        source="DfE rule 501 of SSDA903, on placements",
    ),
    Rule(
        "ssd.cla_placement.before_care",
        "warning",
        "A placement began before its period of care",
        "Correct the day on which the placement or the period of care began",
        f"""
        select t._file, t._record, 'clap_cla_placement_start_date' as column_name from {{this}} as t
        inner join {PERIODS} as c on t.clap_cla_id = c.cla_id
        where t.clap_cla_placement_start_date < c.starts
        """,
        source="this project: a placement is of its period of care",
    ),
    Rule(
        "ssd.cla_placement.open_after_care",
        "warning",
        "A placement goes on after its period of care has ended",
        "End the placement in the case system",
        f"""
        select t._file, t._record, 'clap_cla_placement_end_date' as column_name from {{this}} as t
        inner join {PERIODS} as c on t.clap_cla_id = c.cla_id
        where coalesce(t.clap_cla_placement_end_date, date 'infinity') > c.ends
        and not 'clap_cla_placement_end_date' = any(t._unreadable)
        """,
        source="this project: a placement is of its period of care",
    ),
]
