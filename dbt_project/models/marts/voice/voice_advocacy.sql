select
    counts.period_kind,
    counts.period_start,
    counts.period_end,
    counts.context,
    coalesce(contexts.label, counts.context) as context_label,
    counts.referrer_role,
    coalesce(referrers.label, counts.referrer_role) as referrer_role_label,
    counts.outcome,
    coalesce(outcomes.label, counts.outcome) as outcome_label,
    counts.team_id,
    coalesce(teams.team_name, counts.team_id) as team_name,
    counts.referrals,
    counts.children,
    counts.accepted,
    counts.contacted,
    counts.awaiting_contact,
    counts.ended_without_contact,
    counts.median_days_to_first_contact::numeric(6, 1) as median_days_to_first_contact,
    counts.longest_days_to_first_contact
from {{ ref('int_voice__advocacy_counts') }} as counts
left join {{ ref('code') }} as contexts on counts.context = contexts.code and contexts.list = 'advocacy_context'
left join {{ ref('code') }} as referrers on counts.referrer_role = referrers.code and referrers.list = 'referrer_role'
left join {{ ref('code') }} as outcomes on counts.outcome = outcomes.code and outcomes.list = 'advocacy_outcome'
left join {{ ref('int_people__teams') }} as teams on counts.team_id = teams.team_id
