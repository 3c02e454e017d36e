-- which review of the period of care agreed a plan, and whether that was by the second: a plan is due by then. A child
-- on short breaks is not judged
with clock as (
    select
        clock.care_period_id,
        clock.child_ref,
        clock.review_number,
        clock.review_key,
        clock.held_date,
        clock.due_date,
        clock.began_before_known
    from {{ ref('int_reviews__clock') }} as clock
),

short_breaks as (
    select spells.care_period_id
    from {{ ref('int_care__legal_spells') }} as spells
    group by spells.care_period_id
    having bool_and(spells.care_basis = 'short_break')
),

second_review as (
    -- held, else due: three months after the first one was held, or, while it was not, after it was due
    select
        clock.care_period_id,
        clock.child_ref,
        -- which review was the second can't be known of a period that began before reviews can be known
        bool_or(clock.began_before_known) as is_unknown,
        coalesce(
            max(clock.held_date) filter (where clock.review_number = 2),
            max(clock.due_date) filter (where clock.review_number = 2),
            {{ months_after(
                'max(clock.due_date) filter (where clock.review_number = 1)', threshold('second_review_months')
            ) }}
        ) as second_review_date
    from clock
    group by clock.care_period_id, clock.child_ref
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
    case
        when short_breaks.care_period_id is null and second_review.is_unknown is not true
            then second_review.second_review_date
    end as plan_due_date,
    case
        when short_breaks.care_period_id is not null or second_review.is_unknown then null
        -- what a review agreed may be entered, or decided by the agency, some days after it
        when agreeing.is_named then agreeing.review_number <= 2
        else decisions.agreed_date <= second_review.second_review_date
    end as is_agreed_by_second_review
from {{ ref('int_plans__decisions') }} as decisions
left join second_review
    on decisions.care_period_id = second_review.care_period_id and decisions.child_ref = second_review.child_ref
left join short_breaks on decisions.care_period_id = short_breaks.care_period_id
left join agreeing on decisions.decision_id = agreeing.decision_id
