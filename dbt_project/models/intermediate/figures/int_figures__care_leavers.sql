-- children who left full care: a period of care each, by the day it ended
with members as (
    select
        periods.care_period_id as member_key,
        periods.child_ref,
        periods.ended_on as member_date,
        periods.last_legal_status,
        care_end_group.end_group
    from {{ ref('int_care__whole_periods') }} as periods
    left join {{ ref('care_end_group') }} as care_end_group on periods.end_reason = care_end_group.code
    where periods.last_care_basis = 'full' and periods.ended_on is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date - 1') }},
    members.last_legal_status as legal_status,
    members.end_group as way_of_leaving,
    true as cic_left,
    true as cic_leaving_rate,
    coalesce(members.end_group = 'special guardianship', false) as cic_left_special_guardianship,
    coalesce(members.end_group = 'adopted', false) as cic_left_adopted,
    coalesce(members.end_group = 'reunified', false) as cic_left_reunified
from members
{{ member_joins('members.member_date - 1') }}
