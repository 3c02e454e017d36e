-- the conferences of a child on a plan as they stand on each position day: the last one, with the child's part in it,
-- and the next one
with held as (
    select distinct on (conferences.cp_plan_id, conferences.child_ref, conferences.held_date)
        conferences.cp_conference_key,
        conferences.cp_plan_id,
        conferences.child_ref,
        conferences.kind,
        conferences.held_date,
        conferences.in_time
    from {{ ref('int_protection__conferences') }} as conferences
    where conferences.held_date is not null and conferences.cp_plan_id is not null
    -- a review on a plan's first day is the initial conference's day
    order by conferences.cp_plan_id, conferences.child_ref, conferences.held_date, conferences.kind desc
),

spans as (
    select
        held.*,
        lead(held.held_date) over (
            partition by held.cp_plan_id, held.child_ref order by held.held_date
        ) as next_held_date
    from held
),

participation as (
    select distinct on (participation.cp_conference_key, participation.child_ref)
        participation.cp_conference_key,
        participation.child_ref,
        participation.invited,
        participation.attended,
        participation.views_how,
        participation.took_part
    from {{ ref('int_protection__participation') }} as participation
    where participation.cp_conference_key is not null
    order by participation.cp_conference_key, participation.child_ref, participation.participation_key
),

awaited as (
    select
        clock.cp_plan_id,
        clock.child_ref,
        clock.due_date,
        coalesce(clock.from_day, date '1900-01-01') as from_day,
        coalesce(clock.held_date, date '2100-01-01') as to_day
    from {{ ref('int_protection__review_clock') }} as clock
),

stood as (
    select distinct on (children.child_ref, children.position_date)
        children.child_ref,
        children.position_date,
        spans.kind as last_conference_kind,
        spans.held_date as last_conference_date,
        spans.in_time as last_conference_in_time,
        participation.invited as last_conference_invited,
        participation.attended as last_conference_attended,
        participation.views_how as last_conference_views,
        participation.took_part as took_part_in_last_conference,
        awaited.due_date as next_conference_due_date
    from {{ ref('int_positions__protection_children') }} as children
    left join spans
        on
            children.cp_plan_id = spans.cp_plan_id
            and children.child_ref = spans.child_ref
            and children.position_date >= spans.held_date
            and (spans.next_held_date is null or children.position_date < spans.next_held_date)
    left join participation
        on spans.cp_conference_key = participation.cp_conference_key and spans.child_ref = participation.child_ref
    left join awaited
        on
            children.cp_plan_id = awaited.cp_plan_id
            and children.child_ref = awaited.child_ref
            and children.position_date >= awaited.from_day
            and children.position_date < awaited.to_day
    order by children.child_ref, children.position_date, awaited.from_day desc
)

select
    stood.*,
    case
        when stood.next_conference_due_date >= stood.position_date then 'not yet due'
        when
            stood.next_conference_due_date + {{ threshold('review_record_grace_days') }} >= stood.position_date
            then 'due, no completed record yet'
        when stood.next_conference_due_date is not null then 'overdue'
    end as next_conference_status
from stood
