-- each day with its number among the working days: a clock in working days is one join on it
with days as (
    select series.day::date as calendar_date
    from generate_series(date '1985-01-01', date '2035-12-31', interval '1 day') as series (day)
),

judged as (
    select
        days.calendar_date,
        bank_holiday.bank_holiday,
        extract(isodow from days.calendar_date) < 6 and bank_holiday.bank_holiday is null as is_working_day
    from days
    left join {{ ref('bank_holiday') }} as bank_holiday on days.calendar_date = bank_holiday.bank_holiday_date
)

select
    judged.calendar_date,
    judged.is_working_day,
    judged.bank_holiday,
    count(*) filter (where judged.is_working_day) over (order by judged.calendar_date)::integer as working_day_number
from judged
