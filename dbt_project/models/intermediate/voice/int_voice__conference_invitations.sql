-- whether children were invited to the conferences of each period, whether they were there, and why not: by kind of
-- conference, age and team. What the family's compliance form says of it is another count
with conferences as (
    select
        periods.period_kind,
        periods.period_start,
        periods.period_end,
        meetings.child_ref,
        meetings.meeting_kind,
        meetings.age_band,
        coalesce(meetings.invited, 'not recorded') as invited,
        coalesce(meetings.attended, 'not recorded') as attended,
        case
            when meetings.attended in ('ALL', 'PART') then 'attended'
            else coalesce(meetings.reason_not_attended, 'not recorded')
        end as reason_not_attended,
        meetings.team_id
    from {{ ref('int_voice__meetings') }} as meetings
    inner join {{ ref('int_voice__periods') }} as periods
        on meetings.held_date >= periods.period_start and meetings.held_date <= periods.period_end
    where meetings.meeting_kind <> 'child in care review'
)

select
    conferences.period_kind,
    conferences.period_start,
    conferences.period_end,
    conferences.meeting_kind,
    conferences.age_band,
    conferences.invited,
    conferences.attended,
    conferences.reason_not_attended,
    case when grouping(conferences.team_id) = 1 then 'all' else conferences.team_id end as team_id,
    count(*)::integer as conferences,
    count(distinct conferences.child_ref)::integer as children
from conferences
group by
    conferences.period_kind,
    conferences.period_start,
    conferences.period_end,
    conferences.meeting_kind,
    conferences.age_band,
    conferences.invited,
    conferences.attended,
    conferences.reason_not_attended,
    cube (conferences.team_id)
