-- how children took part in the meetings of each period: by code, age and team, and all of each together. A child is
-- counted once in a row, however many meetings there were
select
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    meetings.meeting_kind,
    case when grouping(meetings.participation) = 1 then 'all' else meetings.participation end as participation,
    case when grouping(meetings.age_band) = 1 then 'all' else meetings.age_band end as age_band,
    case when grouping(meetings.team_id) = 1 then 'all' else meetings.team_id end as team_id,
    count(*)::integer as meetings,
    count(meetings.took_part)::integer as meetings_counted,
    count(*) filter (where meetings.took_part)::integer as meetings_taken_part_in,
    count(distinct meetings.child_ref)::integer as children,
    count(distinct meetings.child_ref) filter (where meetings.took_part is not null)::integer as children_counted,
    count(distinct meetings.child_ref) filter (where meetings.took_part)::integer as children_who_took_part,
    count(distinct meetings.child_ref) filter (
        where meetings.took_part is not null and meetings.took_part_or_attended
    )::integer as children_who_took_part_or_attended
from {{ ref('int_voice__meetings') }} as meetings
inner join {{ ref('int_voice__periods') }} as periods
    on meetings.held_date >= periods.period_start and meetings.held_date <= periods.period_end
group by
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    meetings.meeting_kind,
    cube (meetings.participation, meetings.age_band, meetings.team_id)
