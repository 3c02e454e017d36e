select
    counts.period_kind,
    counts.period_start,
    counts.period_end,
    counts.meeting_kind,
    counts.age_band,
    counts.invited,
    coalesce(invited.label, counts.invited) as invited_label,
    counts.attended,
    coalesce(attended.label, counts.attended) as attended_label,
    counts.reason_not_attended,
    coalesce(reasons.label, counts.reason_not_attended) as reason_not_attended_label,
    counts.team_id,
    coalesce(teams.team_name, counts.team_id) as team_name,
    counts.conferences,
    counts.children
from {{ ref('int_voice__conference_invitations') }} as counts
left join {{ ref('code') }} as invited on counts.invited = invited.code and invited.list = 'yes_no'
left join {{ ref('code') }} as attended on counts.attended = attended.code and attended.list = 'conference_attendance'
left join {{ ref('code') }} as reasons
    on counts.reason_not_attended = reasons.code and reasons.list = 'reason_not_attended'
left join {{ ref('int_people__teams') }} as teams on counts.team_id = teams.team_id
