-- which review of the period of care agreed a plan, and whether that was by the second: a plan is due by then
with clock as (
    select
        clock.care_period_id,
        clock.child_ref,
        clock.review_number,
        clock.review_key,
        clock.held_date
    from {{ ref('int_reviews__clock') }} as clock
),

-- the review it names, else the last one held by then: two joins on equal values, one on either compares every pair
candidates as (
    select
        decisions.decision_id,
        clock.review_number,
        clock.held_date,
        1 as choice
    from {{ ref('int_plans__decisions') }} as decisions
    inner join clock
        on
            'ssd|' || decisions.agreed_at_review_id = clock.review_key
            and decisions.care_period_id = clock.care_period_id
            and decisions.child_ref = clock.child_ref
    where decisions.agreed_date is not null
    union all
    select
        decisions.decision_id,
        clock.review_number,
        clock.held_date,
        2
    from {{ ref('int_plans__decisions') }} as decisions
    inner join clock
        on
            decisions.care_period_id = clock.care_period_id
            and decisions.child_ref = clock.child_ref
            and decisions.agreed_date >= clock.held_date
),

agreeing as (
    select distinct on (candidates.decision_id)
        candidates.decision_id,
        candidates.review_number,
        candidates.held_date,
        candidates.choice = 1 as is_named
    from candidates
    order by candidates.decision_id, candidates.choice, candidates.held_date desc
)

select
    decisions.decision_id,
    agreeing.review_number::integer as review_number,
    agreeing.held_date as review_date,
    agreeing.is_named as is_named_by_source,
    due.plan_due_date,
    case
        when due.is_judged is not true then null
        -- what a review agreed may be entered, or decided by the agency, some days after it
        when agreeing.is_named then agreeing.review_number <= 2
        else decisions.agreed_date <= due.plan_due_date
    end as is_agreed_by_second_review
from {{ ref('int_plans__decisions') }} as decisions
left join {{ ref('int_plans__due') }} as due
    on decisions.care_period_id = due.care_period_id and decisions.child_ref = due.child_ref
left join agreeing on decisions.decision_id = agreeing.decision_id
