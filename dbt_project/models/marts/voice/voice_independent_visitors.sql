select
    visitors.match_id,
    visitors.child_ref,
    visitors.status,
    visitors.referred_date,
    visitors.matched_date,
    visitors.days_waited,
    visitors.days_matched,
    visitors.age_years,
    {{ age_band('visitors.age_years') }} as age_band,
    visitors.is_in_care,
    visitors.iro_id,
    visitors.social_worker_id,
    visitors.team_id,
    teams.team_name
from {{ ref('int_voice__visitors_shown') }} as visitors
left join {{ ref('int_people__teams') }} as teams on visitors.team_id = teams.team_id
