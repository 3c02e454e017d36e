-- the reviews of a child in care as they stand on each position day: held by then, and the next one
with held as (
    select
        clock.care_period_id,
        clock.held_date,
        clock.in_time,
        clock.due_date is not null as is_judged,
        count(*) over reviews::integer as reviews_held,
        lead(clock.held_date) over reviews as next_held_date
    from {{ ref('int_reviews__clock') }} as clock
    where clock.held_date is not null
    window reviews as (partition by clock.care_period_id order by clock.held_date, clock.review_number)
),

-- a review is the next one from the day on which the one before was held: its clock ran from there
awaited as (
    select
        clock.care_period_id,
        clock.review_number,
        clock.planned_date,
        coalesce(
            lag(clock.held_date) over (partition by clock.care_period_id order by clock.review_number),
            date '1900-01-01'
        ) as from_day,
        coalesce(clock.held_date, date '2100-01-01') as to_day
    from {{ ref('int_reviews__clock') }} as clock
),

ruling as (
    select
        due.care_period_id,
        due.review_number,
        due.due_date,
        due.decides,
        due.clock_from,
        due.clock_until,
        min(due.clock_from) filter (where due.decides) over (
            partition by due.care_period_id, due.review_number
        ) as decides_from
    from {{ ref('int_reviews__due_by_clock') }} as due
    where due.decides or due.has_given_way
),

-- by which clock: that which decides from the day it began to rule, before then those which have given way to it
due as (
    select
        awaited.care_period_id,
        awaited.planned_date,
        ruling.due_date,
        greatest(awaited.from_day, ruling.clock_from) as from_day,
        case
            when ruling.decides then awaited.to_day
            else least(awaited.to_day, ruling.clock_until, ruling.decides_from)
        end as to_day
    from awaited
    inner join ruling
        on awaited.care_period_id = ruling.care_period_id and awaited.review_number = ruling.review_number
),

stood as (
    select
        children.child_ref,
        children.position_date,
        coalesce(held.reviews_held, 0) as reviews_held,
        held.held_date as last_review_date,
        held.in_time as last_review_in_time,
        coalesce(held.is_judged, false) as is_last_judged,
        due.due_date as next_review_due_date,
        due.planned_date as next_review_planned_date
    from {{ ref('int_positions__children') }} as children
    left join held
        on
            children.care_period_id = held.care_period_id
            and children.position_date >= held.held_date
            and (held.next_held_date is null or children.position_date < held.next_held_date)
    left join due
        on
            children.care_period_id = due.care_period_id
            and children.position_date >= due.from_day
            and children.position_date < due.to_day
),

judged as (
    select
        stood.*,
        coalesce(stood.next_review_due_date <= stood.position_date, false) as is_due
    from stood
)

select
    judged.child_ref,
    judged.position_date,
    judged.reviews_held,
    judged.last_review_date,
    judged.last_review_in_time,
    -- definitions: of the children with a review held or due; one due and not held is the latest, and late
    judged.is_last_judged or judged.is_due as has_review_held_or_due,
    case when judged.is_due then false else judged.last_review_in_time end as latest_review_in_time,
    judged.next_review_due_date,
    judged.next_review_planned_date,
    case
        when judged.next_review_due_date >= judged.position_date then 'not yet due'
        when
            judged.next_review_due_date + {{ threshold('review_record_grace_days') }} >= judged.position_date
            then 'due, no completed record yet'
        when judged.next_review_due_date is not null then 'overdue'
    end as next_review_status
from judged
