select
    counts.period_kind,
    counts.period_start,
    counts.period_end,
    counts.meeting_kind,
    counts.participation,
    coalesce(labels.label, counts.participation) as participation_label,
    counts.age_band,
    counts.team_id,
    coalesce(teams.team_name, counts.team_id) as team_name,
    counts.meetings,
    counts.meetings_counted,
    counts.meetings_taken_part_in,
    counts.children,
    counts.children_counted,
    counts.children_who_took_part,
    counts.children_who_took_part_or_attended,
    round(100.0 * counts.children_who_took_part / nullif(counts.children_counted, 0), 1)::numeric(4, 1)
        as percent_of_children_who_took_part
from {{ ref('int_voice__participation') }} as counts
left join {{ ref('code') }} as labels
    on counts.participation = labels.code and labels.list in ('participation', 'views_how')
left join {{ ref('int_people__teams') }} as teams on counts.team_id = teams.team_id
