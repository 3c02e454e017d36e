with steps as (
    select
        milestones.decision_id,
        count(*) as milestones,
        count(milestones.actual_date) as milestones_achieved,
        bool_or(coalesce(milestones.actual_date, milestones.planned_date) is not null) as has_dated_steps
    from {{ ref('int_plans__milestones') }} as milestones
    group by milestones.decision_id
),

recorded as (
    -- where no source carries steps, a plan is not one without any
    select count(*) > 0 as carries_steps
    from {{ ref('int_plans__milestones') }}
)

select
    decisions.decision_id,
    decisions.child_ref,
    decisions.care_period_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    decisions.plan_option,
    decisions.plan_role,
    decisions.decision_number,
    decisions.earlier_decisions_on_option,
    decisions.is_decided_again_after_breakdown,
    decisions.proposed_date,
    decisions.agreed_date,
    agreement.review_number as agreed_at_review_number,
    agreement.review_date as agreed_at_review_date,
    agreement.is_named_by_source as is_review_named,
    decisions.agreed_by,
    decisions.days_to_agree,
    agreement.plan_due_date,
    agreement.is_agreed_by_second_review,
    decisions.target_date,
    decisions.achieved_date,
    decisions.achieved_date <= decisions.target_date as in_time,
    decisions.achieved_date - decisions.target_date as days_late,
    decisions.ended_date,
    decisions.end_reason,
    case
        when decisions.ended_date is null and decisions.end_reason is null then false
        else decisions.end_reason = 'SUPERSEDED'
    end as is_superseded,
    decisions.superseded_by_decision_id,
    case
        when decisions.ended_date is null and decisions.end_reason is null then false
        else decisions.end_reason = 'REVERSED'
    end as is_reversed,
    case
        when decisions.ended_date is null and decisions.end_reason is null then false
        else decisions.end_reason = 'BROKE_DOWN'
    end as is_broken_down,
    decisions.obstacle,
    case when recorded.carries_steps then coalesce(steps.milestones, 0)::integer end as milestones,
    case when recorded.carries_steps then coalesce(steps.milestones_achieved, 0)::integer end as milestones_achieved,
    case when recorded.carries_steps then coalesce(steps.has_dated_steps, false) end as has_dated_steps,
    decisions.outcome_code,
    decisions.outcome_matches_plan,
    decisions.source
from {{ ref('int_plans__decisions') }} as decisions
cross join recorded
left join {{ ref('int_plans__agreement') }} as agreement on decisions.decision_id = agreement.decision_id
left join steps on decisions.decision_id = steps.decision_id
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        decisions.child_ref = answering.child_ref
        and coalesce(decisions.agreed_date, decisions.proposed_date) >= answering.from_day
        and coalesce(decisions.agreed_date, decisions.proposed_date) < answering.to_day
