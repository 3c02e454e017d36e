-- formal escalations, by the day on which all of it was to be over
with members as (
    select
        cases.escalation_id as member_key,
        cases.child_ref,
        cases.process_due_date as member_date,
        cases.reason,
        coalesce(cases.in_time, false) as in_time,
        case when cases.closed_date <= {{ as_at() }} then cases.working_days_open end as working_days_open,
        cases.raised_by_professional_id
    from {{ ref('int_escalation__cases') }} as cases
    where cases.process_due_date is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date', 'members.raised_by_professional_id') }},
    members.reason,
    members.in_time as escalations_over_in_time,
    members.working_days_open::numeric as escalations_working_days
from members
{{ member_joins('members.member_date') }}
