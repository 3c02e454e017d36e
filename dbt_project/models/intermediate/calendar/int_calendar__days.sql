-- each day with its number among the working days: a clock in working days is one join on it
select
    calendar_day.calendar_date,
    calendar_day.is_working_day = 'Y' as is_working_day,
    calendar_day.bank_holiday,
    count(*) filter (where calendar_day.is_working_day = 'Y') over (order by calendar_day.calendar_date)::integer
        as working_day_number
from {{ ref('calendar_day') }} as calendar_day
