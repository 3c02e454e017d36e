with last_stage as (
    select distinct on (stages.escalation_id)
        stages.escalation_id,
        stages.stage_number,
        stages.notified_role,
        stages.notified_date,
        stages.response_due_date,
        stages.responded_date,
        stages.response
    from {{ ref('int_escalation__stages') }} as stages
    order by stages.escalation_id, stages.stage_number desc, stages.notified_date desc, stages.stage_id desc
),

answered as (
    select
        stages.escalation_id,
        count(*)::integer as stages,
        count(stages.responded_date)::integer as stages_answered,
        count(*) filter (where stages.in_time)::integer as stages_answered_in_time
    from {{ ref('int_escalation__stages') }} as stages
    group by stages.escalation_id
)

select
    cases.escalation_id,
    cases.child_ref,
    cases.care_period_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    cases.raised_by_professional_id,
    cases.raised_date,
    cases.formal,
    cases.reason,
    reasons.label as reason_label,
    cases.review_id,
    cases.closed_date,
    cases.outcome,
    cases.is_to_cafcass,
    cases.days_open,
    cases.working_days_open,
    cases.process_due_date,
    cases.in_time,
    coalesce(answered.stages, 0) as stages,
    coalesce(answered.stages_answered, 0) as stages_answered,
    coalesce(answered.stages_answered_in_time, 0) as stages_answered_in_time,
    last_stage.stage_number as last_stage_number,
    last_stage.notified_role as last_notified_role,
    last_stage.notified_date as last_notified_date,
    last_stage.response_due_date as last_response_due_date,
    last_stage.responded_date as last_responded_date,
    last_stage.response as last_response,
    'cssu' as source
from {{ ref('int_escalation__cases') }} as cases
left join last_stage on cases.escalation_id = last_stage.escalation_id
left join answered on cases.escalation_id = answered.escalation_id
left join {{ ref('code') }} as reasons on cases.reason = reasons.code and reasons.list = 'escalation_reason'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        cases.child_ref = answering.child_ref
        and cases.raised_date >= answering.from_day
        and cases.raised_date < answering.to_day
