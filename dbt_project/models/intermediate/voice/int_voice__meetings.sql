-- meetings about a child that were held, and how the child took part: child in care reviews by the code of SSDA903,
-- conferences by the register's words, else by the case system's code
with reviews as (
    select
        'care|' || clock.care_period_id || '|' || clock.review_number as meeting_key,
        'child in care review' as meeting_kind,
        clock.child_ref,
        clock.held_date,
        held.participation,
        held.has_taken_part as took_part,
        held.has_taken_part_or_attended as took_part_or_attended,
        null::text as invited,
        null::text as attended,
        null::text as reason_not_attended,
        {{ age_band(age_on('clock.held_date', 'children.date_of_birth')) }} as age_band
    from {{ ref('int_reviews__clock') }} as clock
    inner join {{ ref('int_reviews__held') }} as held on clock.review_key = held.review_key
    left join {{ ref('int_people__children') }} as children on clock.child_ref = children.child_ref
    where clock.held_date is not null and not clock.left_before_due
),

conferences as (
    select
        conferences.cp_conference_key as meeting_key,
        conferences.kind || ' conference' as meeting_kind,
        conferences.child_ref,
        conferences.held_date,
        -- in the order in which they decide whether the child took part
        case
            when participation.views_how is not null then participation.views_how
            when participation.attended in ('ALL', 'PART') then 'there, no views recorded'
            when participation.attended is null and participation.participation is not null
                then participation.participation
            when participation.invited = 'NA' then 'not asked'
            when participation.attended = 'NO' then 'not there, no views recorded'
        end as participation,
        participation.took_part,
        case
            when participation.attended in ('ALL', 'PART') then true
            when participation.attended is null and participation.participation = 'PN4' then true
            else participation.took_part
        end as took_part_or_attended,
        participation.invited,
        participation.attended,
        participation.reason_not_attended,
        case
            when conferences.was_unborn then 'unborn'
            else {{ age_band('conferences.age_years') }}
        end as age_band
    from {{ ref('int_protection__conferences') }} as conferences
    left join {{ ref('int_protection__participation') }} as participation
        on conferences.cp_conference_key = participation.cp_conference_key
    where conferences.held_date is not null
),

meetings as (
    select * from reviews
    union all
    select * from conferences
)

select
    meetings.meeting_key,
    meetings.meeting_kind,
    meetings.child_ref,
    meetings.held_date,
    coalesce(meetings.participation, 'not recorded') as participation,
    meetings.took_part,
    meetings.took_part_or_attended,
    meetings.invited,
    meetings.attended,
    meetings.reason_not_attended,
    meetings.age_band,
    coalesce(answering.team_id, 'not recorded') as team_id
from meetings
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        meetings.child_ref = answering.child_ref
        and meetings.held_date >= answering.from_day
        and meetings.held_date < answering.to_day
where meetings.held_date <= {{ as_at() }}
