select
    actions.action_id,
    actions.child_ref,
    actions.care_period_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    actions.review_id,
    actions.meeting_id,
    actions.owner_role,
    actions.due_date,
    actions.done_date,
    actions.done_in_time,
    actions.status,
    'cssu' as source
from {{ ref('int_oversight__review_actions') }} as actions
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        actions.child_ref = answering.child_ref
        and coalesce(actions.due_date, actions.done_date) >= answering.from_day
        and coalesce(actions.due_date, actions.done_date) < answering.to_day
