select
    milestones.milestone_id,
    milestones.decision_id,
    milestones.child_ref,
    milestones.care_period_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    milestones.plan_option,
    milestones.route,
    milestones.milestone,
    labels.label as milestone_label,
    milestones.step_number,
    milestones.planned_date,
    milestones.actual_date,
    milestones.actual_date <= milestones.planned_date as in_time,
    milestones.actual_date - milestones.planned_date as days_late,
    milestones.target_date,
    milestones.actual_date <= milestones.target_date as is_within_target,
    milestones.is_next,
    'cssu' as source
from {{ ref('int_plans__milestones') }} as milestones
left join {{ ref('code') }} as labels on milestones.milestone = labels.code and labels.list = 'milestone'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        milestones.child_ref = answering.child_ref
        and coalesce(milestones.actual_date, milestones.planned_date) >= answering.from_day
        and coalesce(milestones.actual_date, milestones.planned_date) < answering.to_day
