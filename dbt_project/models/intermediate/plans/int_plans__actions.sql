-- discussions of drift, and of children without a plan
with discussions as (
    select
        actions._record_key as action_id,
        actions.person_id as child_ref,
        periods.care_period_id,
        actions.discussed_date,
        actions.obstacle,
        actions.action_code,
        actions.owner_professional_id,
        actions.due_date,
        actions.done_date
    from {{ ref('stg_cssu__permanence_actions') }} as actions
    inner join {{ ref('int_plans__care_periods') }} as periods
        on 'action|' || actions._record_key = periods.record_key
    where actions.discussed_date is not null
),

with_plan as (
    select distinct discussions.action_id
    from discussions
    inner join {{ ref('int_plans__decisions') }} as decisions
        on
            discussions.child_ref = decisions.child_ref
            and discussions.care_period_id = decisions.care_period_id
            and discussions.discussed_date >= decisions.agreed_date
            and (decisions.ended_date is null or discussions.discussed_date < decisions.ended_date)
)

select
    discussions.action_id,
    discussions.child_ref,
    discussions.care_period_id,
    discussions.discussed_date,
    with_plan.action_id is not null as has_agreed_plan,
    discussions.obstacle,
    discussions.action_code,
    discussions.owner_professional_id,
    discussions.due_date,
    discussions.done_date
from discussions
left join with_plan on discussions.action_id = with_plan.action_id
