-- children who came into full care: a period of care each
with members as (
    select
        periods.care_period_id as member_key,
        periods.child_ref,
        periods.started_on as member_date,
        periods.category_of_need,
        periods.first_legal_status,
        periods.is_unaccompanied,
        periods.period_number > 1 as is_again
    from {{ ref('int_care__whole_periods') }} as periods
    where periods.care_basis = 'full'
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date') }},
    members.category_of_need,
    members.first_legal_status as legal_status,
    true as cic_started,
    true as cic_starting_rate,
    coalesce(members.category_of_need = 'N1', false) as cic_started_abuse_or_neglect,
    members.is_unaccompanied as cic_started_unaccompanied,
    members.is_again as cic_started_again
from members
{{ member_joins('members.member_date') }}
