-- reviews that were held, each once: the case system's, completed by the register; the register's own where the case
-- system's form is not complete; a return's, one a child and day; an adoption review of a child placed for adoption. A
-- review held in several meetings is one, held on the day of the first
with meetings as (
    select
        meetings.*,
        coalesce(meetings.adjourned_to_review_id is not null, false) as is_adjourned
    from {{ ref('int_reviews__meetings') }} as meetings
),

-- what the register says of a review, over its meetings: Y where any of them says so; of a day the last
registered as (
    select
        meetings.series_id,
        count(*) as meetings,
        count(meetings.held_date)::integer as meetings_held,
        max(meetings.held_date) as last_day,
        -- each meeting was held, and the last was adjourned to none
        bool_and(meetings.held_date is not null) and count(*) filter (where meetings.is_adjourned) < count(*)
            as is_complete,
        sum(meetings.times_moved)::integer as times_moved,
        (array_agg(meetings.chair_professional_id order by meetings.held_date, meetings.review_detail_id) filter (
            where meetings.held_date is not null and meetings.chair_professional_id is not null
        ))[1] as chair_professional_id,
        (array_agg(meetings.meeting_format order by meetings.held_date, meetings.review_detail_id) filter (
            where meetings.held_date is not null and meetings.meeting_format is not null
        ))[1] as meeting_format,
        (array_agg(meetings.child_seen_before order by meetings.held_date, meetings.review_detail_id) filter (
            where meetings.held_date is not null and meetings.child_seen_before is not null
        ))[1] as child_seen_before,
        (array_agg(meetings.late_reason order by meetings.held_date, meetings.review_detail_id) filter (
            where meetings.held_date is not null and meetings.late_reason is not null
        ))[1] as late_reason,
        coalesce(max(nullif(meetings.parents_invited, 'NA')), max(meetings.parents_invited)) as parents_invited,
        coalesce(max(nullif(meetings.parents_took_part, 'NA')), max(meetings.parents_took_part)) as parents_took_part,
        coalesce(max(nullif(meetings.advocacy_discussed, 'NA')), max(meetings.advocacy_discussed))
            as advocacy_discussed,
        coalesce(
            max(nullif(meetings.independent_visitor_considered, 'NA')), max(meetings.independent_visitor_considered)
        ) as independent_visitor_considered,
        min(meetings.report_received_date) as report_received_date,
        max(meetings.midway_check_date) as midway_check_date,
        max(meetings.decisions_shared_date) as decisions_shared_date,
        max(meetings.record_completed_date) as record_completed_date
    from meetings
    group by meetings.series_id
    having bool_or(meetings.held_date is not null)
),

asked as (
    select
        meetings.series_id,
        string_agg(distinct asked.by_whom, ',' order by asked.by_whom) as moved_at_request_of
    from meetings
    cross join lateral unnest(string_to_array(meetings.moved_at_request_of, ',')) as asked (by_whom)
    group by meetings.series_id
),

case_system as (
    -- the case system's review names no child: an id that two children share says nothing of whose it was
    select
        reviews._record_key as review_id,
        periods.child_ref,
        periods.care_period_id,
        reviews.clar_cla_review_date as held_date,
        reviews.clar_cla_review_due_date as source_due_date,
        reviews.clar_cla_review_participation as participation
    from {{ ref('stg_ssd__cla_reviews') }} as reviews
    inner join {{ ref('int_care__periods') }} as periods
        on reviews.clar_cla_id = periods.care_period_id and periods.source = 'ssd'
    where reviews.clar_cla_review_date is not null and coalesce(reviews.clar_cla_review_cancelled, 'N') <> 'Y'
),

-- by id, else by period of care and day: two joins on equal values, since one on either compares every pair
completing as (
    select
        case_system.review_id,
        meetings.review_detail_id,
        meetings.series_id,
        1 as choice
    from case_system
    inner join meetings on case_system.review_id = meetings.review_id
    where meetings.held_date is not null
    union all
    select
        case_system.review_id,
        meetings.review_detail_id,
        meetings.series_id,
        2
    from case_system
    inner join meetings
        on case_system.care_period_id = meetings.care_period_id and case_system.held_date = meetings.held_date
),

completed as (
    select distinct on (completing.review_id)
        completing.review_id,
        completing.series_id
    from completing
    order by completing.review_id, completing.choice, completing.review_detail_id
),

returned as (
    select
        reviews.child as child_ref,
        reviews.review as held_date,
        count(distinct coalesce(reviews.review_code, '?')) > 1 as participation_conflict,
        min(reviews.review_code) as participation
    from {{ ref('stg_ssda903__reviews') }} as reviews
    where reviews.child is not null and reviews.review is not null
    group by reviews.child, reviews.review
),

every_source as (
    select
        'ssd|' || case_system.review_id as review_key,
        'ssd' as source,
        1 as choice,
        case_system.review_id,
        case_system.child_ref,
        case_system.care_period_id,
        case_system.held_date,
        case_system.source_due_date,
        case_system.participation,
        false as participation_conflict,
        completed.series_id
    from case_system
    left join completed on case_system.review_id = completed.review_id
    union all
    select
        'cssu|' || meetings.review_detail_id,
        'cssu',
        2,
        null::text,
        meetings.child_ref,
        meetings.care_period_id,
        meetings.held_date,
        null::date,
        null::text,
        false,
        meetings.series_id
    from meetings
    left join completing on meetings.review_detail_id = completing.review_detail_id
    where completing.review_detail_id is null and meetings.held_date is not null
    union all
    select
        'ssda903|' || returned.child_ref || '|' || returned.held_date,
        'ssda903',
        3,
        null::text,
        returned.child_ref,
        periods.whole_period_id,
        returned.held_date,
        null::date,
        case when not returned.participation_conflict then returned.participation end,
        returned.participation_conflict,
        null::text
    from returned
    inner join {{ ref('int_care__periods') }} as periods
        on
            returned.child_ref = periods.child_ref
            and periods.source = 'ssda903'
            and returned.held_date >= periods.speaks_from
            and returned.held_date <= periods.speaks_to
    union all
    -- Ofsted's workbook has the latest review of each child
    select
        'annex_a|' || children.child_unique_id || '|' || children.latest_review_date,
        'annex_a',
        3,
        null::text,
        children.child_unique_id,
        periods.whole_period_id,
        children.latest_review_date,
        null::date,
        null::text,
        false,
        null::text
    from {{ ref('stg_annex_a__children_in_care') }} as children
    inner join {{ ref('int_care__periods') }} as periods
        on
            children.child_unique_id = periods.child_ref
            and periods.source = 'annex_a'
            and children.care_start_date = periods.started_on
    where children.latest_review_date is not null
    union all
    -- of a child placed for adoption the adoption review is the review
    select
        'cssu|special|' || special.special_review_id || '|' || special.child_ref,
        'cssu',
        4,
        null::text,
        special.child_ref,
        special.care_period_id,
        special.held_date,
        null::date,
        null::text,
        false,
        null::text
    from {{ ref('int_reviews__special_held') }} as special
    inner join {{ ref('int_reviews__adoption_spells') }} as placed
        on
            special.care_period_id = placed.care_period_id
            and placed.clock = 'adoption placed'
            and special.held_date >= placed.from_day
            and special.held_date < placed.to_day
    where special.review_type = 'ADOPTION' and special.series_id is null
),

of_days as (
    select distinct on (every_source.care_period_id, every_source.held_date) every_source.*
    from every_source
    order by every_source.care_period_id, every_source.held_date, every_source.choice, every_source.review_key
),

reviews as (
    select
        of_days.care_period_id,
        of_days.child_ref,
        of_days.series_id,
        (array_agg(of_days.review_key order by of_days.choice, of_days.held_date))[1] as review_key,
        (array_agg(of_days.source order by of_days.choice, of_days.held_date))[1] as source,
        (array_agg(of_days.review_id order by of_days.choice, of_days.held_date))[1] as review_id,
        min(of_days.held_date) as held_date,
        max(of_days.held_date) as last_day,
        min(of_days.source_due_date) as source_due_date,
        -- of several meetings the fullest way of taking part: the codes are in that order
        min(of_days.participation) as participation,
        bool_or(of_days.participation_conflict) as participation_conflict
    from of_days
    group by
        of_days.care_period_id,
        of_days.child_ref,
        of_days.series_id,
        coalesce(of_days.series_id, of_days.review_key)
),

told as (
    select
        reviews.review_key,
        reviews.source,
        reviews.review_id,
        reviews.series_id as review_detail_id,
        reviews.child_ref,
        reviews.care_period_id,
        reviews.held_date,
        case
            when registered.series_id is null then reviews.held_date
            when not registered.is_complete then null
            when registered.meetings = 1 then reviews.held_date
            else greatest(reviews.last_day, registered.last_day)
        end as completed_date,
        registered.meetings_held,
        reviews.source_due_date,
        reviews.participation,
        reviews.participation_conflict,
        -- definitions: who took part, of those asked about (PN1 to PN7); attending without a word (PN4) is a variant
        case
            when reviews.participation in ('PN1', 'PN2', 'PN3', 'PN5', 'PN6') then true
            when reviews.participation in ('PN4', 'PN7') then false
        end as has_taken_part,
        case
            when reviews.participation in ('PN1', 'PN2', 'PN3', 'PN4', 'PN5', 'PN6') then true
            when reviews.participation = 'PN7' then false
        end as has_taken_part_or_attended,
        registered.chair_professional_id,
        registered.meeting_format,
        registered.child_seen_before,
        registered.late_reason,
        registered.report_received_date,
        registered.parents_invited,
        registered.parents_took_part,
        registered.advocacy_discussed,
        registered.independent_visitor_considered,
        registered.midway_check_date,
        registered.decisions_shared_date,
        registered.record_completed_date,
        registered.times_moved,
        asked.moved_at_request_of
    from reviews
    left join registered on reviews.series_id = registered.series_id
    left join asked on reviews.series_id = asked.series_id
)

select
    told.*,
    decisions_due.calendar_date as decisions_due_date,
    told.decisions_shared_date <= decisions_due.calendar_date as decisions_in_time,
    record_due.calendar_date as record_due_date,
    told.record_completed_date <= record_due.calendar_date as record_in_time
from told
left join {{ ref('int_calendar__days') }} as completed_day on told.completed_date = completed_day.calendar_date
left join {{ ref('int_calendar__days') }} as decisions_due
    on
        completed_day.working_day_number + {{ threshold('review_decisions_working_days') }}
        = decisions_due.working_day_number
        and decisions_due.is_working_day
left join {{ ref('int_calendar__days') }} as record_due
    on
        completed_day.working_day_number + {{ threshold('review_record_working_days') }}
        = record_due.working_day_number
        and record_due.is_working_day
