with clock as (
    select
        clock.care_period_id,
        clock.child_ref,
        clock.is_short_break,
        clock.review_number,
        clock.review_key,
        clock.held_date,
        clock.planned_date,
        clock.due_date
    from {{ ref('int_reviews__clock') }} as clock
    where not clock.left_before_due
),

allocated as (
    select distinct on (clock.care_period_id, clock.review_number)
        clock.care_period_id,
        clock.review_number,
        allocations.professional_id
    from clock
    inner join {{ ref('int_people__allocations') }} as allocations
        on
            clock.child_ref = allocations.child_ref
            and allocations.role = 'IRO'
            and clock.due_date >= allocations.from_day
            and (allocations.ended_on is null or clock.due_date < allocations.ended_on)
    order by clock.care_period_id, clock.review_number, allocations.from_day desc, allocations.involvement_id
)

select
    clock.care_period_id || '|' || clock.review_number as cic_review_key,
    clock.child_ref,
    clock.care_period_id,
    clock.review_number::integer as review_number,
    case when clock.is_short_break then 'regulation 48' else 'regulation 33' end as clock,
    case
        when clock.held_date is not null then 'held'
        when clock.planned_date is not null then 'planned'
        else 'due'
    end as status,
    clock.due_date,
    held.source_due_date,
    clock.planned_date,
    clock.held_date,
    held_day.working_day_number - due_day.working_day_number as working_days_late,
    clock.held_date <= clock.due_date as in_time,
    held.late_reason,
    held.participation,
    coalesce(held.participation_conflict, false) as participation_conflict,
    held.chair_professional_id,
    allocated.professional_id as iro_on_due_date,
    held.meeting_format,
    held.child_seen_before,
    held.parents_took_part,
    held.advocacy_discussed,
    held.decisions_shared_date,
    held.record_completed_date,
    held.source
from clock
left join {{ ref('int_reviews__held') }} as held on clock.review_key = held.review_key
left join {{ ref('dim_date') }} as held_day on clock.held_date = held_day.calendar_date
left join {{ ref('dim_date') }} as due_day on clock.due_date = due_day.calendar_date
left join allocated
    on clock.care_period_id = allocated.care_period_id and clock.review_number = allocated.review_number
