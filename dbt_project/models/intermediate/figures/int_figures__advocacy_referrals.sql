-- referrals to independent advocacy, by the day of the referral
with members as (
    select
        referrals.referral_id as member_key,
        referrals.child_ref,
        referrals.referral_date as member_date,
        referrals.context
    from {{ ref('int_voice__advocacy_referrals') }} as referrals
    where referrals.referral_date is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date') }},
    true as advocacy_referrals,
    coalesce(members.context = 'CP', false) as advocacy_referrals_cp,
    coalesce(members.context = 'CIC', false) as advocacy_referrals_cic
from members
{{ member_joins('members.member_date') }}
