-- about persons: a grant of its own, no rank and no colour, no rate of few cases; what was held belongs to its chair,
-- what is overdue or without a plan to whoever was allocated on the day it was due
with absences as (
    select
        posts.professional_id as iro_id,
        periods.period_id,
        count(distinct days.calendar_date)::integer as days_absent
    from {{ ref('int_people__iro_posts') }} as posts
    inner join {{ ref('int_figures__periods') }} as periods
        on
            posts.absent_from <= periods.last_day
            and (posts.absent_to is null or posts.absent_to >= periods.first_day)
            and periods.period_kind in ('month', 'year to date', 'as at')
    inner join {{ ref('int_calendar__days') }} as days
        on
            greatest(posts.absent_from, periods.first_day, posts.from_day) <= days.calendar_date
            and least(coalesce(posts.absent_to, periods.last_day), periods.last_day) >= days.calendar_date
            and (posts.ended_on is null or posts.ended_on > days.calendar_date)
    group by posts.professional_id, periods.period_id
),

counted as (
    select
        counts.*,
        periods.period_kind,
        periods.period_label,
        periods.last_day,
        measure.name as measure_name,
        measure.unit,
        card.section,
        card.place,
        measure.unit in ('percent', 'days')
        and counts.denominator < {{ threshold('person_rate_least_cases') }} as is_rate_withheld
    from {{ ref('score_card_measure') }} as card
    inner join {{ ref('measure') }} as measure on card.measure_id = measure.measure_id
    inner join {{ ref('int_figures__counts') }} as counts
        on card.measure_id = counts.measure_id and counts.breakdown = 'IRO' and counts.breakdown_value <> 'not recorded'
    inner join {{ ref('int_figures__periods') }} as periods
        on counts.period_id = periods.period_id and periods.period_kind in ('month', 'year to date', 'as at')
    where card.is_of_persons
)

select
    counted.breakdown_value as iro_id,
    professionals.professional_name as iro_name,
    managers.manager_id,
    counted.section,
    counted.place,
    counted.measure_id,
    counted.measure_name,
    counted.unit,
    counted.period_id,
    counted.period_kind,
    counted.period_label,
    counted.last_day,
    counted.numerator,
    counted.denominator,
    case when not counted.is_rate_withheld then counted.value end as value,
    case when not counted.is_rate_withheld then counted.value_as_published end as value_as_published,
    counted.is_rate_withheld,
    coalesce(absences.days_absent, 0) as days_absent
from counted
left join {{ ref('int_people__professionals') }} as professionals
    on counted.breakdown_value = professionals.professional_id
left join absences on counted.breakdown_value = absences.iro_id and counted.period_id = absences.period_id
left join {{ ref('int_performance__iro_managers') }} as managers
    on counted.breakdown_value = managers.iro_id and counted.last_day = managers.day
