with due as (
    select
        due.*,
        coalesce(due.held_date, due.due_date) as own_date
    from {{ ref('int_reviews__due_by_clock') }} as due
    where not due.left_before_due and not due.has_given_way
)

select
    due.review_clock_key,
    due.child_ref,
    due.care_period_id,
    case
        when clock.review_key is not null then clock.care_period_id || '|' || clock.review_number
        when due.held_date is null and due.is_ruling then due.care_period_id || '|' || due.review_number
    end as cic_review_key,
    due.special_review_id,
    due.clock,
    due.review_number as number_by_clock,
    due.decides,
    due.runs_from as runs_from_date,
    due.due_date,
    due.held_date,
    due.working_days_late,
    due.in_time,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    case when due.special_review_id is not null then 'cssu' else held.source end as source
from due
left join {{ ref('int_reviews__held') }} as held on due.review_key = held.review_key
left join {{ ref('int_reviews__clock') }} as clock on due.review_key = clock.review_key
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        due.child_ref = answering.child_ref
        and due.own_date >= answering.from_day
        and due.own_date < answering.to_day
