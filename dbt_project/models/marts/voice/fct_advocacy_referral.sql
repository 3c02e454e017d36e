select
    referrals.referral_id,
    referrals.child_ref,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    referrals.referral_date,
    referrals.context,
    referrals.referrer_role,
    referrals.accepted_date,
    referrals.first_contact_date,
    referrals.days_to_first_contact,
    referrals.closed_date,
    referrals.outcome,
    'cssu' as source
from {{ ref('int_voice__advocacy_referrals') }} as referrals
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        referrals.child_ref = answering.child_ref
        and referrals.referral_date >= answering.from_day
        and referrals.referral_date < answering.to_day
