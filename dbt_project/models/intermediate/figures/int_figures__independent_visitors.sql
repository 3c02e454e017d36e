-- children with an independent visitor and those who wait for one, on each day of which positions are shown
with members as (
    select
        visitors.match_id as member_key,
        visitors.child_ref,
        positions.position_date as member_date,
        coalesce(visitors.matched_date <= positions.position_date, false) as is_matched
    from {{ ref('int_voice__independent_visitors') }} as visitors
    inner join {{ ref('int_positions__days') }} as positions
        on
            visitors.referred_date <= positions.position_date
            and (visitors.ended_date is null or visitors.ended_date > positions.position_date)
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date') }},
    case when members.is_matched then true end as independent_visitor_matched,
    case when not members.is_matched then true end as independent_visitor_waiting
from members
{{ member_joins('members.member_date') }}
