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
    order by stages.escalation_id, stages.stage_number desc, stages.stage_id desc
),

answered as (
    select
        stages.escalation_id,
        count(*)::integer as stages,
        count(*) filter (where stages.responded_date <= stages.response_due_date)::integer as stages_answered_in_time
    from {{ ref('int_escalation__stages') }} as stages
    group by stages.escalation_id
)

select
    cases.escalation_id,
    cases.child_ref,
    cases.raised_by_professional_id,
    cases.raised_date,
    cases.formal,
    cases.reason,
    cases.closed_date,
    cases.outcome,
    coalesce(answered.stages, 0) as stages,
    coalesce(answered.stages_answered_in_time, 0) as stages_answered_in_time,
    last_stage.stage_number as last_stage_number,
    last_stage.notified_role as last_notified_role,
    last_stage.notified_date as last_notified_date,
    last_stage.response_due_date as last_response_due_date,
    last_stage.responded_date as last_responded_date,
    last_stage.response as last_response
from {{ ref('int_escalation__cases') }} as cases
left join last_stage on cases.escalation_id = last_stage.escalation_id
left join answered on cases.escalation_id = answered.escalation_id
