-- statements that say a child is unsafe, scared or unhappy where they live, and how far they had been taken by the end
-- of the day the figures speak of: what came later had not happened. Working days count from the day it was sent
with flags as (
    select
        statements.*,
        case when statements.read_at::date <= {{ as_at() }} then statements.read_at end as read_by_then,
        case when statements.saved_to_record_at::date <= {{ as_at() }} then statements.saved_to_record_at end
            as saved_by_then,
        ({{ as_at() }} + 1)::timestamp at time zone 'Europe/London' as end_of_day
    from {{ ref('int_voice__statements') }} as statements
    where statements.safety_flag = 'Y' and statements.submitted_date <= {{ as_at() }}
)

select
    flags.statement_id,
    flags.child_ref,
    flags.submitted_at,
    flags.submitted_date,
    flags.app,
    flags.account_type,
    flags.scenario,
    flags.recipient_professional_id,
    flags.recipient_role,
    flags.read_by_then as read_at,
    flags.saved_by_then as saved_to_record_at,
    case
        when flags.saved_by_then is not null then 'saved to the record'
        when flags.read_by_then is not null then 'read'
        else 'not read'
    end as status,
    flags.saved_by_then is null as is_open,
    case when flags.read_by_then is not null then flags.hours_to_read end as hours_to_read,
    case when flags.saved_by_then is not null then flags.hours_to_saved end as hours_to_saved,
    case
        when flags.saved_by_then is null
            then round(
                extract(epoch from flags.end_of_day - flags.submitted_at at time zone 'Europe/London') / 3600, 1
            )::numeric(8, 1)
    end as hours_open,
    case
        when flags.read_by_then >= flags.submitted_at then read_day.working_day_number - sent_day.working_day_number
    end as working_days_to_read,
    case
        when flags.saved_by_then >= flags.submitted_at then saved_day.working_day_number - sent_day.working_day_number
    end as working_days_to_saved,
    case when flags.saved_by_then is null then as_at_day.working_day_number - sent_day.working_day_number end
        as working_days_open,
    case when flags.saved_by_then is not null then flags.handled_in_local_standard end as handled_in_local_standard
from flags
left join {{ ref('int_calendar__days') }} as sent_day on flags.submitted_date = sent_day.calendar_date
left join {{ ref('int_calendar__days') }} as read_day on flags.read_by_then::date = read_day.calendar_date
left join {{ ref('int_calendar__days') }} as saved_day on flags.saved_by_then::date = saved_day.calendar_date
left join {{ ref('int_calendar__days') }} as as_at_day on as_at_day.calendar_date = {{ as_at() }}
