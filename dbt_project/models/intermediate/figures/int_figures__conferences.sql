-- child protection conferences that were held, a child each; the chair answers for a conference held
with members as (
    select
        conferences.cp_conference_key as member_key,
        conferences.child_ref,
        conferences.held_date as member_date,
        conferences.kind,
        conferences.in_time,
        conferences.outcome,
        conferences.report_shared_in_time,
        conferences.chair_professional_id
    from {{ ref('int_protection__conferences') }} as conferences
    where conferences.held_date is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date', 'members.chair_professional_id') }},
    case when members.kind = 'initial' then true end as icpc_held,
    case when members.kind = 'initial' then members.in_time end as icpc_in_time,
    case when members.kind = 'initial' then members.outcome = 'plan made' end as icpc_plan_made,
    case when members.kind = 'review' then true end as rcpc_held,
    case when members.kind = 'review' then members.in_time end as rcpc_in_time,
    members.report_shared_in_time as conference_report_in_time
from members
{{ member_joins('members.member_date') }}
