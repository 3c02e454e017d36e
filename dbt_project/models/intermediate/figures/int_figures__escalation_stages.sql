-- stages of escalations, by the day on which the manager was to answer
with members as (
    select
        stages.stage_id as member_key,
        cases.child_ref,
        stages.response_due_date as member_date,
        stages.notified_role,
        coalesce(stages.in_time, false) as in_time,
        cases.raised_by_professional_id
    from {{ ref('int_escalation__stages') }} as stages
    inner join {{ ref('int_escalation__cases') }} as cases on stages.escalation_id = cases.escalation_id
    where stages.response_due_date is not null and cases.formal = 'Y'
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date', 'members.raised_by_professional_id') }},
    members.notified_role as manager_role,
    members.in_time as escalation_answers_in_time
from members
{{ member_joins('members.member_date') }}
