-- stages of escalations with the day by which each is answered
select
    stages._record_key as stage_id,
    stages.escalation_id,
    stages.stage_number,
    stages.notified_date,
    stages.notified_role,
    stages.responded_date,
    stages.response,
    due.calendar_date as response_due_date
from {{ ref('stg_cssu__escalation_stages') }} as stages
left join {{ ref('int_calendar__days') }} as notified on stages.notified_date = notified.calendar_date
left join {{ ref('int_calendar__days') }} as due
    on
        notified.working_day_number + {{ threshold('escalation_response_working_days') }} = due.working_day_number
        and due.is_working_day
where stages.escalation_id is not null
