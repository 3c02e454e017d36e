-- from which day on what is due on each day is due soon: so many working days before
select
    due.calendar_date as due_date,
    max(listed.calendar_date) as from_day
from {{ ref('int_calendar__days') }} as due
inner join {{ ref('int_calendar__days') }} as listed
    on due.working_day_number - {{ threshold('review_due_soon_working_days') }} = listed.working_day_number
group by due.calendar_date
