-- referrals to independent advocacy of each period, and what had come of them by the day the figures speak of: by what
-- the child was in touch for, who referred, outcome and team, and all of each together
with referrals as (
    select
        referrals.referral_id,
        referrals.child_ref,
        referrals.referral_date,
        coalesce(referrals.context, 'not recorded') as context,
        coalesce(referrals.referrer_role, 'not recorded') as referrer_role,
        case
            when referrals.closed_date > {{ as_at() }} then 'open'
            when referrals.outcome is null and referrals.closed_date is null then 'open'
            else coalesce(referrals.outcome, 'not recorded')
        end as outcome,
        coalesce(answering.team_id, 'not recorded') as team_id,
        coalesce(referrals.accepted_date <= {{ as_at() }}, false) as is_accepted,
        coalesce(referrals.first_contact_date <= {{ as_at() }}, false) as is_contacted,
        referrals.days_to_first_contact
    from {{ ref('int_voice__advocacy_referrals') }} as referrals
    left join {{ ref('int_people__allocation_spells') }} as answering
        on
            referrals.child_ref = answering.child_ref
            and referrals.referral_date >= answering.from_day
            and referrals.referral_date < answering.to_day
    where referrals.referral_date <= {{ as_at() }}
)

select
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    case when grouping(referrals.context) = 1 then 'all' else referrals.context end as context,
    case when grouping(referrals.referrer_role) = 1 then 'all' else referrals.referrer_role end as referrer_role,
    case when grouping(referrals.outcome) = 1 then 'all' else referrals.outcome end as outcome,
    case when grouping(referrals.team_id) = 1 then 'all' else referrals.team_id end as team_id,
    count(*)::integer as referrals,
    count(distinct referrals.child_ref)::integer as children,
    count(*) filter (where referrals.is_accepted)::integer as accepted,
    count(*) filter (where referrals.is_contacted)::integer as contacted,
    count(*) filter (where not referrals.is_contacted and referrals.outcome = 'open')::integer as awaiting_contact,
    count(*) filter (where not referrals.is_contacted and referrals.outcome <> 'open')::integer
        as ended_without_contact,
    percentile_cont(0.5) within group (order by referrals.days_to_first_contact) filter (where referrals.is_contacted)
        as median_days_to_first_contact,
    max(referrals.days_to_first_contact) filter (where referrals.is_contacted) as longest_days_to_first_contact
from referrals
inner join {{ ref('int_voice__periods') }} as periods
    on referrals.referral_date >= periods.period_start and referrals.referral_date <= periods.period_end
group by
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    cube (referrals.context, referrals.referrer_role, referrals.outcome, referrals.team_id)
