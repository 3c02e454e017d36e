-- visits to children in care with the due date as it stood before each: a visit at which the child was not seen meets
-- none and moves none
with counted as (
    select
        visits.visit_key,
        clock.clock,
        clock.due_date
    from {{ ref('int_care__visits') }} as visits
    inner join {{ ref('int_care__visit_clock') }} as clock
        on
            visits.care_period_id = clock.care_period_id
            and visits.visit_date >= clock.stretch_from_day
            and (clock.stretch_to_day is null or visits.visit_date < clock.stretch_to_day)
            and (clock.visit_before is null or visits.visit_date > clock.visit_before)
            and (clock.visit_date is null or visits.visit_date <= clock.visit_date)
)

select
    visits.visit_key,
    visits.child_ref,
    visits.care_period_id,
    visits.placement_id,
    visits.visit_date,
    visits.seen,
    visits.seen_alone,
    counted.clock,
    counted.due_date,
    case when visits.seen = 'Y' then visits.visit_date <= counted.due_date end as in_time,
    case when visits.seen = 'Y' then visits.visit_date - counted.due_date end as days_late,
    case when visits.seen = 'Y' then visits.visit_date + {{ threshold('care_seen_within_days') }} end
        as counts_as_seen_until,
    {{ age_on('visits.visit_date', 'children.date_of_birth') }} as age_at_visit,
    visits.source
from {{ ref('int_care__visits') }} as visits
left join counted on visits.visit_key = counted.visit_key
left join {{ ref('int_people__children') }} as children on visits.child_ref = children.child_ref
