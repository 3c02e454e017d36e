select
    stages.stage_id,
    stages.escalation_id,
    cases.child_ref,
    cases.care_period_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    cases.formal,
    stages.stage_number,
    stages.notified_date,
    stages.notified_professional_id,
    stages.notified_role,
    stages.response_due_date,
    stages.responded_date,
    stages.response,
    stages.in_time,
    stages.working_days_late,
    stages.went_to,
    stages.has_gone_on_unanswered,
    cases.process_due_date,
    'cssu' as source
from {{ ref('int_escalation__stages') }} as stages
left join {{ ref('int_escalation__cases') }} as cases on stages.escalation_id = cases.escalation_id
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        cases.child_ref = answering.child_ref
        and stages.notified_date >= answering.from_day
        and stages.notified_date < answering.to_day
