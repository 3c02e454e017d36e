-- children at the child protection conferences about them, as the register tells it
with members as (
    select
        participation.participation_key as member_key,
        participation.child_ref,
        participation.held_date as member_date,
        participation.kind,
        participation.invited,
        participation.attended,
        participation.took_part
    from {{ ref('int_protection__participation') }} as participation
    where participation.held_date is not null and participation.source = 'cssu'
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date') }},
    members.kind as conference_kind,
    case members.invited when 'Y' then true when 'N' then false end as conference_child_invited,
    case when members.attended in ('ALL', 'PART') then true when members.attended = 'NO' then false end
        as conference_child_attended,
    members.took_part as conference_child_taken_part
from members
{{ member_joins('members.member_date') }}
