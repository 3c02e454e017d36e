-- the steps of the plans that go on for a child in care, as they stand on each position day
with steps as (
    select
        plans.child_ref,
        plans.position_date,
        plans.is_current,
        plans.is_achieved,
        milestones.milestone_id,
        milestones.milestone,
        milestones.step_number,
        milestones.planned_date,
        milestones.target_date,
        milestones.actual_date,
        coalesce(milestones.actual_date <= plans.position_date, false) as is_taken
    from {{ ref('int_positions__agreed_plans') }} as plans
    inner join {{ ref('int_plans__milestones') }} as milestones on plans.decision_id = milestones.decision_id
    where plans.ended_date is null
),

in_turn as (
    select
        steps.*,
        steps.is_current
        and not steps.is_achieved
        and not steps.is_taken
        and row_number() over (
            partition by steps.child_ref, steps.position_date, steps.is_current, steps.is_taken
            order by coalesce(steps.planned_date, steps.target_date), steps.step_number, steps.milestone_id
        ) = 1 as is_next
    from steps
)

select
    in_turn.child_ref,
    in_turn.position_date,
    min(in_turn.planned_date) filter (
        where in_turn.is_current and not in_turn.is_taken and in_turn.planned_date < in_turn.position_date
    ) as step_passed_on,
    bool_or(
        in_turn.is_current
        and in_turn.milestone = 'RETURN_HOME_STEP'
        and coalesce(in_turn.planned_date, in_turn.actual_date) is not null
    ) as has_return_home_step,
    bool_or(in_turn.milestone = 'ADOPTION_MATCH_PANEL' and in_turn.is_taken) as is_matched,
    max(in_turn.milestone) filter (where in_turn.is_next) as next_milestone,
    max(in_turn.planned_date) filter (where in_turn.is_next) as next_planned_date,
    max(in_turn.target_date) filter (where in_turn.is_next) as next_target_date
from in_turn
group by in_turn.child_ref, in_turn.position_date
