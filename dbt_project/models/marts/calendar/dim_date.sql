select
    days.calendar_date,
    days.is_working_day,
    days.bank_holiday,
    days.working_day_number,
    extract(isodow from days.calendar_date)::integer as iso_weekday,
    date_trunc('month', days.calendar_date)::date as month_start,
    case
        when extract(month from days.calendar_date) >= 4 then extract(year from days.calendar_date)::integer + 1
        else extract(year from days.calendar_date)::integer
    end as financial_year_ending
from {{ ref('int_calendar__days') }} as days
