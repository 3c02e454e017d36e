-- stages of escalations with the day by which each is answered, and where the escalation went from there: an unanswered
-- stage goes to the next line manager or to the CSSU service manager, both are right
with stages as (
    select
        stages._record_key as stage_id,
        stages.escalation_id,
        stages.stage_number,
        stages.notified_date,
        stages.notified_professional_id,
        stages.notified_role,
        stages.responded_date,
        stages.response,
        lead(stages._record_key) over onward as next_stage_id,
        lead(stages.notified_date) over onward as next_notified_date,
        lead(stages.notified_role) over onward as next_notified_role
    from {{ ref('stg_cssu__escalation_stages') }} as stages
    where stages.escalation_id is not null
    window onward as (
        partition by stages.escalation_id order by stages.stage_number, stages.notified_date, stages._record_key
    )
)

select
    stages.stage_id,
    stages.escalation_id,
    stages.stage_number,
    stages.notified_date,
    stages.notified_professional_id,
    stages.notified_role,
    stages.responded_date,
    stages.response,
    due.calendar_date as response_due_date,
    stages.responded_date <= due.calendar_date as in_time,
    responded.working_day_number - due.working_day_number as working_days_late,
    case
        when stages.next_stage_id is null then null
        when stages.next_notified_role = 'CSSU_SERVICE_MANAGER' then 'CSSU service manager'
        when stages.next_notified_role = 'CAFCASS' then 'Cafcass'
        when stages.next_notified_role is not null then 'line management'
        else 'not recorded'
    end as went_to,
    stages.next_stage_id is not null
    and coalesce(stages.responded_date > stages.next_notified_date, stages.responded_date is null)
        as has_gone_on_unanswered
from stages
left join {{ ref('int_calendar__days') }} as notified on stages.notified_date = notified.calendar_date
left join {{ ref('int_calendar__days') }} as due
    on
        notified.working_day_number + {{ threshold('escalation_response_working_days') }} = due.working_day_number
        and due.is_working_day
left join {{ ref('int_calendar__days') }} as responded on stages.responded_date = responded.calendar_date
