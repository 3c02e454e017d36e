-- the review by which a period of care is to have a plan for permanence: the second, held, else due. A child on short
-- breaks is not judged
with short_breaks as (
    select spells.care_period_id
    from {{ ref('int_care__legal_spells') }} as spells
    group by spells.care_period_id
    having bool_and(spells.care_basis = 'short_break')
),

second_review as (
    select
        clock.care_period_id,
        clock.child_ref,
        -- which review was the second can't be known of a period that began before reviews can be known
        bool_or(clock.began_before_known) as is_unknown,
        max(clock.held_date) filter (where clock.review_number = 2) as held_date,
        -- three months after the first one was held, or, while it was not, after it was due
        coalesce(
            max(clock.due_date) filter (where clock.review_number = 2),
            {{ months_after(
                'max(clock.due_date) filter (where clock.review_number = 1)', threshold('second_review_months')
            ) }}
        ) as due_date
    from {{ ref('int_reviews__clock') }} as clock
    group by clock.care_period_id, clock.child_ref
)

select
    second_review.care_period_id,
    second_review.child_ref,
    second_review.held_date as second_review_held_date,
    second_review.due_date as second_review_due_date,
    second_review.is_unknown is not true and short_breaks.care_period_id is null as is_judged,
    case
        when second_review.is_unknown is not true and short_breaks.care_period_id is null
            then coalesce(second_review.held_date, second_review.due_date)
    end as plan_due_date
from second_review
left join short_breaks on second_review.care_period_id = short_breaks.care_period_id
