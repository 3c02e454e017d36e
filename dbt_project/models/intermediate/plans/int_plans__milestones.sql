-- dated steps on the way to a plan, with the day by which the route's seed wants each
with placement_orders as (
    select
        spells.care_period_id,
        min(spells.from_day) as from_day
    from {{ ref('int_care__legal_spells') }} as spells
    where spells.legal_status = 'E1'
    group by spells.care_period_id
),

plans as (
    select
        decisions.decision_id,
        decisions.child_ref,
        decisions.care_period_id,
        decisions.plan_option,
        options.route,
        decisions.achieved_date is null and decisions.ended_date is null as is_under_way,
        decisions.agreed_date,
        case
            when decisions.agreed_date is not null then coalesce(agreement.review_date, decisions.agreed_date)
        end as review_date,
        decisions.care_started_on,
        placement_orders.from_day as placement_order_date,
        children.date_of_birth
    from {{ ref('int_plans__decisions') }} as decisions
    inner join {{ ref('int_plans__agreement') }} as agreement on decisions.decision_id = agreement.decision_id
    left join {{ ref('permanence_option') }} as options on decisions.plan_option = options.plan_option
    left join placement_orders on decisions.care_period_id = placement_orders.care_period_id
    left join {{ ref('int_people__children') }} as children on decisions.child_ref = children.child_ref
),

steps as (
    select
        milestones._record_key as milestone_id,
        milestones.decision_id,
        plans.child_ref,
        plans.care_period_id,
        plans.plan_option,
        plans.route,
        plans.is_under_way,
        milestones.milestone,
        route_steps.step_number,
        milestones.planned_date,
        milestones.actual_date,
        route_steps.target,
        route_steps.unit,
        case route_steps.runs_from
            when 'agreed' then plans.agreed_date
            when 'review' then plans.review_date
            when 'placement_order' then plans.placement_order_date
            when 'care_start' then plans.care_started_on
            when 'birth' then plans.date_of_birth
        end as runs_from_day
    from {{ ref('stg_cssu__permanence_milestones') }} as milestones
    left join plans on milestones.decision_id = plans.decision_id
    left join {{ ref('permanence_route_milestone') }} as route_steps
        on plans.route = route_steps.route and milestones.milestone = route_steps.milestone
    where milestones.decision_id is not null
),

targeted as (
    select
        steps.*,
        case steps.unit
            when 'days' then steps.runs_from_day + steps.target
            when 'weeks' then (steps.runs_from_day + make_interval(weeks => steps.target))::date
            when 'months' then {{ months_after('steps.runs_from_day', 'steps.target') }}
        end as target_date
    from steps
)

select
    targeted.milestone_id,
    targeted.decision_id,
    targeted.child_ref,
    targeted.care_period_id,
    targeted.plan_option,
    targeted.route,
    targeted.milestone,
    targeted.step_number,
    targeted.planned_date,
    targeted.actual_date,
    targeted.target_date,
    -- the first step not yet taken of a plan that is neither achieved nor ended
    targeted.is_under_way
    and targeted.actual_date is null
    and row_number() over (
        partition by targeted.decision_id, targeted.actual_date is null
        order by
            coalesce(targeted.planned_date, targeted.target_date), targeted.step_number, targeted.milestone_id
    ) = 1 as is_next
from targeted
