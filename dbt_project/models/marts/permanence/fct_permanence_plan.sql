with agreed_at as (
    -- the review that agreed a plan: the one it names, else the last one held by then
    select distinct on (decisions.decision_id)
        decisions.decision_id,
        clock.review_number::integer as review_number
    from {{ ref('int_plans__decisions') }} as decisions
    inner join {{ ref('int_reviews__clock') }} as clock
        on
            decisions.care_period_id = clock.care_period_id
            and (
                'ssd|' || decisions.agreed_at_review_id = clock.review_key
                or decisions.agreed_date >= clock.held_date
            )
    where decisions.agreed_date is not null
    order by
        decisions.decision_id,
        (clock.review_key = 'ssd|' || decisions.agreed_at_review_id) desc nulls last,
        clock.held_date desc
)

select
    decisions.decision_id,
    decisions.child_ref,
    decisions.care_period_id,
    decisions.plan_option,
    decisions.plan_role,
    decisions.proposed_date,
    decisions.agreed_date,
    agreed_at.review_number as agreed_at_review_number,
    decisions.agreed_by,
    decisions.days_to_agree,
    decisions.target_date,
    decisions.achieved_date,
    decisions.ended_date,
    decisions.end_reason,
    decisions.obstacle,
    'cssu' as source
from {{ ref('int_plans__decisions') }} as decisions
left join agreed_at on decisions.decision_id = agreed_at.decision_id
