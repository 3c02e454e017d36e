-- by when a period of care is to have a plan: the second review, held, else due. A child on short breaks is not judged
with short_breaks as (
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
    from {{ ref('int_reviews__clock') }} as clock
    group by clock.care_period_id, clock.child_ref
),

judged as (
    select
        second_review.care_period_id,
        second_review.child_ref,
        short_breaks.care_period_id is null and second_review.is_unknown is not true as is_judged,
        second_review.second_review_date
    from second_review
    left join short_breaks on second_review.care_period_id = short_breaks.care_period_id
)

select
    judged.care_period_id,
    judged.child_ref,
    judged.is_judged,
    case when judged.is_judged then judged.second_review_date end as plan_due_date
from judged
