-- escalations, by the day each was raised; the IRO who raised it is who escalated
with members as (
    select
        cases.escalation_id as member_key,
        cases.child_ref,
        cases.raised_date as member_date,
        cases.reason,
        cases.formal = 'Y' as is_formal,
        cases.raised_by_professional_id
    from {{ ref('int_escalation__cases') }} as cases
    where cases.raised_date is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date', 'members.raised_by_professional_id') }},
    members.reason,
    case when members.is_formal then true end as escalations,
    case when not members.is_formal then true end as escalations_informal,
    case when members.is_formal then coalesce(members.reason = 'PARTICIPATION', false) end as escalations_voice
from members
{{ member_joins('members.member_date') }}
