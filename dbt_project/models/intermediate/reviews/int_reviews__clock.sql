-- each review of a period of care, and the next one of it, by the clock that ruled
with last_held as (
    select
        held.care_period_id,
        max(held.held_date) as held_date
    from {{ ref('int_reviews__held') }} as held
    group by held.care_period_id
),

-- a meeting that goes on with a review already begun, or that was cancelled, is not the next review
begun as (
    select distinct meetings.series_id
    from {{ ref('int_reviews__meetings') }} as meetings
    where meetings.held_date is not null
),

planned as (
    -- the meeting that is set after the last one held
    select distinct on (meetings.care_period_id)
        meetings.care_period_id,
        meetings.planned_date,
        meetings.review_detail_id,
        meetings.times_moved,
        meetings.moved_at_request_of
    from {{ ref('int_reviews__meetings') }} as meetings
    left join last_held on meetings.care_period_id = last_held.care_period_id
    left join begun on meetings.series_id = begun.series_id
    where
        meetings.held_date is null
        and not meetings.is_cancelled
        and begun.series_id is null
        and meetings.planned_date > coalesce(last_held.held_date, date '1900-01-01')
    order by meetings.care_period_id, meetings.planned_date, meetings.review_detail_id
)

select
    due.care_period_id,
    due.child_ref,
    due.clock,
    due.review_number,
    due.review_key,
    due.began_before_known,
    due.held_date,
    planned.planned_date,
    planned.review_detail_id as planned_detail_id,
    planned.times_moved as planned_times_moved,
    planned.moved_at_request_of as planned_moved_at_request_of,
    due.runs_from,
    due.due_date,
    due.in_time,
    due.working_days_late,
    due.left_before_due
from {{ ref('int_reviews__due_by_clock') }} as due
left join planned on due.held_date is null and due.care_period_id = planned.care_period_id
where due.decides
