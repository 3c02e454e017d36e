-- the plans of a child in care that were agreed by each position day. What ended or was achieved later goes on
with agreed as (
    select
        children.child_ref,
        children.position_date,
        decisions.decision_id,
        decisions.plan_option,
        coalesce(decisions.plan_role = 'PRIMARY', false) as is_primary,
        decisions.agreed_date,
        decisions.days_to_agree,
        decisions.target_date,
        decisions.obstacle,
        agreement.review_number,
        agreement.is_agreed_by_second_review,
        case when decisions.ended_date <= children.position_date then decisions.ended_date end as ended_date,
        coalesce(decisions.achieved_date <= children.position_date, false) as is_achieved
    from {{ ref('int_positions__children') }} as children
    inner join {{ ref('int_plans__decisions') }} as decisions
        on
            children.care_period_id = decisions.care_period_id
            and children.child_ref = decisions.child_ref
            and children.position_date >= decisions.agreed_date
    inner join {{ ref('int_plans__agreement') }} as agreement on decisions.decision_id = agreement.decision_id
)

select
    agreed.*,
    -- the primary plan that goes on, of two the one agreed last; where only parallel ones go on, one of them
    agreed.ended_date is null
    and row_number() over (
        partition by agreed.child_ref, agreed.position_date
        order by agreed.ended_date is null desc, agreed.is_primary desc, agreed.agreed_date desc, agreed.decision_id
    ) = 1 as is_current
from agreed
