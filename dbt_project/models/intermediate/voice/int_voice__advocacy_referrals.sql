-- referrals of children to independent advocacy
select
    referrals._record_key as referral_id,
    referrals.person_id as child_ref,
    referrals.referral_date,
    referrals.context,
    referrals.referrer_role,
    referrals.accepted_date,
    referrals.first_contact_date,
    referrals.first_contact_date - referrals.referral_date as days_to_first_contact,
    referrals.closed_date,
    referrals.outcome
from {{ ref('stg_cssu__advocacy_referrals') }} as referrals
