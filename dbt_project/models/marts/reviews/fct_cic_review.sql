with clock as (
    select
        clock.care_period_id,
        clock.child_ref,
        clock.clock,
        clock.review_number,
        clock.review_key,
        clock.held_date,
        clock.planned_date,
        clock.planned_detail_id,
        clock.planned_times_moved,
        clock.planned_moved_at_request_of,
        clock.due_date,
        clock.in_time,
        clock.working_days_late,
        coalesce(clock.held_date, clock.due_date) as own_date
    from {{ ref('int_reviews__clock') }} as clock
    where not clock.left_before_due
),

satisfied as (
    select
        due.review_key,
        array_agg(due.clock order by due.clock) as clocks
    from {{ ref('int_reviews__due_by_clock') }} as due
    where due.review_key is not null and not due.has_given_way
    group by due.review_key
)

select
    clock.care_period_id || '|' || clock.review_number as cic_review_key,
    clock.child_ref,
    clock.care_period_id,
    clock.review_number,
    clock.clock,
    coalesce(satisfied.clocks, array[]::text[]) as clocks_satisfied,
    case
        when clock.held_date is not null then 'held'
        when clock.planned_date is not null then 'planned'
        else 'due'
    end as status,
    clock.due_date,
    held.source_due_date,
    clock.planned_date,
    clock.held_date,
    held.completed_date,
    held.meetings_held,
    clock.working_days_late,
    clock.in_time,
    held.late_reason,
    coalesce(held.times_moved, clock.planned_times_moved) as times_moved,
    string_to_array(coalesce(held.moved_at_request_of, clock.planned_moved_at_request_of), ',') as moved_at_request_of,
    held.participation,
    coalesce(held.participation_conflict, false) as participation_conflict,
    held.has_taken_part,
    held.has_taken_part_or_attended,
    held.chair_professional_id,
    on_due_date.iro_id as iro_on_due_date,
    case when clock.held_date is not null then held.chair_professional_id = answering.iro_id end
        as is_chaired_by_allocated_iro,
    held.meeting_format,
    held.child_seen_before,
    held.report_received_date,
    held.parents_invited,
    held.parents_took_part,
    held.advocacy_discussed,
    held.independent_visitor_considered,
    held.midway_check_date,
    held.decisions_shared_date,
    held.decisions_due_date,
    held.decisions_in_time,
    held.record_completed_date,
    held.record_due_date,
    held.record_in_time,
    held.review_id,
    coalesce(held.review_detail_id, clock.planned_detail_id) as review_detail_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    case when clock.planned_date is not null then 'cssu' else held.source end as source
from clock
left join {{ ref('int_reviews__held') }} as held on clock.review_key = held.review_key
left join satisfied on clock.review_key = satisfied.review_key
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        clock.child_ref = answering.child_ref
        and clock.own_date >= answering.from_day
        and clock.own_date < answering.to_day
left join {{ ref('int_people__allocation_spells') }} as on_due_date
    on
        clock.child_ref = on_due_date.child_ref
        and clock.due_date >= on_due_date.from_day
        and clock.due_date < on_due_date.to_day
