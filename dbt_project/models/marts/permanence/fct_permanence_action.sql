select
    actions.action_id,
    actions.child_ref,
    actions.care_period_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    actions.discussed_date,
    actions.has_agreed_plan,
    actions.obstacle,
    actions.action_code,
    labels.label as action_label,
    actions.owner_professional_id,
    actions.due_date,
    actions.done_date,
    actions.done_date <= actions.due_date as in_time,
    actions.done_date - actions.due_date as days_late,
    'cssu' as source
from {{ ref('int_plans__actions') }} as actions
left join {{ ref('code') }} as labels on actions.action_code = labels.code and labels.list = 'permanence_action'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        actions.child_ref = answering.child_ref
        and actions.discussed_date >= answering.from_day
        and actions.discussed_date < answering.to_day
