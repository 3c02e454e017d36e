-- the escalation that is open for a child on each position day: of several the one that waits for an answer, else the
-- oldest. Children on protection plans too
with open_cases as (
    select distinct on (cases.escalation_id, days.position_date)
        cases.child_ref,
        days.position_date,
        cases.escalation_id,
        cases.raised_date,
        stages.stage_number,
        stages.notified_role,
        stages.notified_professional_id,
        stages.response_due_date,
        coalesce(
            stages.response_due_date < days.position_date
            and (stages.responded_date is null or stages.responded_date > days.position_date),
            false
        ) as is_unanswered
    from {{ ref('int_escalation__cases') }} as cases
    inner join {{ ref('int_positions__days') }} as days
        on
            cases.raised_date <= days.position_date
            and (cases.closed_date is null or cases.closed_date > days.position_date)
    left join {{ ref('int_escalation__stages') }} as stages
        on cases.escalation_id = stages.escalation_id and days.position_date >= stages.notified_date
    order by cases.escalation_id, days.position_date, stages.stage_number desc nulls last, stages.stage_id desc
),

shown as (
    select distinct on (open_cases.child_ref, open_cases.position_date) open_cases.*
    from open_cases
    order by
        open_cases.child_ref,
        open_cases.position_date,
        open_cases.is_unanswered desc,
        open_cases.raised_date,
        open_cases.escalation_id
)

select
    shown.child_ref,
    shown.position_date,
    shown.escalation_id,
    shown.raised_date,
    shown.stage_number,
    shown.notified_role,
    shown.notified_professional_id,
    shown.response_due_date,
    shown.is_unanswered,
    day.working_day_number - raised.working_day_number as working_days_open
from shown
left join {{ ref('int_calendar__days') }} as raised on shown.raised_date = raised.calendar_date
left join {{ ref('int_calendar__days') }} as day on shown.position_date = day.calendar_date
