"""Business rules of cssu.escalation_stages."""

from expectations.recurring import IRO, given_without, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "cssu.escalation_stages"

RULES = [
    in_order(
        _TABLE,
        "answered_before_notified",
        "notified_date",
        "responded_date",
        "A stage was answered before the manager was notified",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("notified_date", "responded_date"),
        "A manager was notified, or answered, after the day the register speaks of",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "answered_without_response",
        "responded_date",
        "response",
        "A stage was answered and the answer is not given",
        "Enter the answer in the register",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "response_without_day",
        "response",
        "responded_date",
        "A stage has an answer and no day on which it was given",
        "Enter the day of the answer in the register",
        owner=IRO,
    ),
    Rule(
        "cssu.escalation_stages.before_it_was_raised",
        "warning",
        "A manager was notified before the escalation was raised",
        "Correct the day of the stage, or the day on which the escalation was raised",
        """
        select s._file, s._record, 'notified_date' as column_name from {this} as s
        inner join {escalations} as e on s.escalation_id = e.escalation_id
        where s.notified_date < e.raised_date
        """,
        owner=IRO,
        source="this project: the order of dates",
    ),
    Rule(
        "cssu.escalation_stages.number_twice",
        "warning",
        "Two stages of an escalation have the same number",
        "Number the stages in the register in the order in which managers were notified",
        """
        select _file, _record, 'stage_number' as column_name from (
            select
                _file, _record,
                min(stage_id) over of_number as first_stage, max(stage_id) over of_number as last_stage
            from {this} where escalation_id is not null and stage_number is not null
            window of_number as (partition by escalation_id, stage_number)
        ) as numbered where first_stage <> last_stage
        """,
        owner=IRO,
        source="IRO Handbook 6.2: one manager after the other",
    ),
    Rule(
        "cssu.escalation_stages.out_of_order",
        "warning",
        "A manager was notified before the manager of an earlier stage",
        "Correct the days, or number the stages in the order in which managers were notified",
        """
        select _file, _record, 'notified_date' as column_name from (
            select
                _file, _record, notified_date,
                max(notified_date) over (
                    partition by escalation_id order by stage_number range between unbounded preceding and 1 preceding
                ) as earlier_notified
            from {this} where escalation_id is not null and stage_number is not null
        ) as stages where notified_date < earlier_notified
        """,
        owner=IRO,
        source="IRO Handbook 6.2: one manager after the other",
    ),
    Rule(
        "cssu.escalation_stages.stage_skipped",
        "info",
        "A stage of an escalation was skipped: it may be, and is counted",
        "Enter the stage that is missing in the register, if it was not skipped",
        """
        select _file, _record, 'stage_number' as column_name from (
            select
                _file, _record, stage_number,
                coalesce(max(stage_number) over (
                    partition by escalation_id order by stage_number range between unbounded preceding and 1 preceding
                ), 0) as stage_before
            from {this} where escalation_id is not null and stage_number is not null
        ) as stages where stage_number > stage_before + 1
        """,
        owner=IRO,
        source="IRO Handbook 6.2: an IRO may skip stages",
    ),
]
