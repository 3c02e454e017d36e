-- what each agreed primary plan can be seen to come to, and when it came
with plans as (
    select
        decisions.decision_id,
        decisions.care_period_id,
        decisions.child_ref,
        decisions.plan_option,
        periods.ended_on as care_ended_on,
        periods.end_reason,
        greatest(decisions.agreed_date, periods.started_on) as agreed_on,
        -- a plan that ends because the child leaves care ends with the care
        case when coalesce(decisions.end_reason, '') <> 'LEFT_CARE' then decisions.ended_date end as plan_ended_on
    from {{ ref('int_plans__decisions') }} as decisions
    inner join {{ ref('int_timescales__periods') }} as periods
        on decisions.care_period_id = periods.care_period_id and decisions.child_ref = periods.child_ref
    where decisions.plan_role = 'PRIMARY' and decisions.agreed_date is not null
),

-- the lists of codes that show an option carried out: a child who is placed as planned lives there, or has left care
-- for it
shown_by as (
    select
        lists.code_list,
        lists.event
    from (
        values
        ('placement_type', 'placed as planned'),
        ('episode_end_reason', 'placed as planned'),
        ('legal_status', 'placement order made'),
        ('episode_end_reason', 'left care as planned')
    ) as lists (code_list, event)
),

intended as (
    select
        outcomes.plan_option,
        shown_by.event
    from {{ ref('permanence_outcome') }} as outcomes
    inner join shown_by on outcomes.code_list = shown_by.code_list
    left join {{ ref('legal_status') }} as legal_status
        on outcomes.code_list = 'legal_status' and outcomes.code = legal_status.code
    where legal_status.care_basis is distinct from 'short_break'
    group by outcomes.plan_option, shown_by.event
    -- an option that is carried out by leaving care alone is no placement
    having shown_by.event <> 'placed as planned' or bool_or(outcomes.code_list = 'placement_type')
),

seen as (
    -- a child who lives there already when it is agreed waits for no day
    select
        plans.decision_id,
        outcomes.code_list,
        greatest(spells.from_day, plans.agreed_on) as came_on
    from plans
    inner join {{ ref('permanence_outcome') }} as outcomes
        on plans.plan_option = outcomes.plan_option and outcomes.code_list = 'placement_type'
    inner join {{ ref('int_care__placement_spells') }} as spells
        on plans.care_period_id = spells.care_period_id and outcomes.code = spells.placement_type
    where spells.ended_on is null or spells.ended_on > plans.agreed_on
    union all
    select
        plans.decision_id,
        outcomes.code_list,
        greatest(spells.from_day, plans.agreed_on)
    from plans
    inner join {{ ref('permanence_outcome') }} as outcomes
        on plans.plan_option = outcomes.plan_option and outcomes.code_list = 'legal_status'
    inner join {{ ref('int_care__legal_spells') }} as spells
        on plans.care_period_id = spells.care_period_id and outcomes.code = spells.legal_status
    where spells.to_day > plans.agreed_on
    union all
    select
        plans.decision_id,
        outcomes.code_list,
        plans.care_ended_on
    from plans
    inner join {{ ref('permanence_outcome') }} as outcomes
        on
            plans.plan_option = outcomes.plan_option
            and outcomes.code_list = 'episode_end_reason'
            and plans.end_reason = outcomes.code
),

came as (
    select
        seen.decision_id,
        shown_by.event,
        min(seen.came_on) as came_on
    from seen
    inner join shown_by on seen.code_list = shown_by.code_list
    group by seen.decision_id, shown_by.event
)

select
    plans.decision_id,
    intended.event,
    plans.care_period_id,
    plans.plan_option,
    plans.agreed_on,
    plans.plan_ended_on,
    came.came_on
from plans
inner join intended on plans.plan_option = intended.plan_option
left join came on plans.decision_id = came.decision_id and intended.event = came.event
