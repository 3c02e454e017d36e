-- the periods that each day belongs to: an event is counted in all of them, a position on its own day
select
    periods.period_id,
    day.calendar_date as day,
    periods.period_kind = 'as at' as is_as_at,
    periods.is_reported
from {{ ref('int_figures__periods') }} as periods
inner join {{ ref('int_calendar__days') }} as day
    on periods.first_day <= day.calendar_date and periods.last_day >= day.calendar_date
