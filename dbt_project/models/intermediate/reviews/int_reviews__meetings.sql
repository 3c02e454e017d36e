-- meetings that the unit's register has, each with the review that it is a meeting of: a review adjourned to another
-- meeting is one review, known by its first meeting
with recursive details as (
    select
        details._record_key as review_detail_id,
        periods.child_ref,
        periods.care_period_id,
        details.review_id,
        details.planned_date,
        details.held_date,
        details.chair_professional_id,
        details.meeting_format,
        details.adjourned_to_review_id,
        details.also_review_id,
        details.child_seen_before,
        details.late_reason,
        details.report_received_date,
        details.parents_invited,
        details.parents_took_part,
        details.advocacy_discussed,
        details.independent_visitor_considered,
        details.midway_check_date,
        details.decisions_shared_date,
        details.record_completed_date,
        coalesce(details.held_date, details.planned_date) as day
    from {{ ref('stg_cssu__review_details') }} as details
    inner join {{ ref('int_care__periods') }} as periods
        on details.cla_id = periods.source_period_id and details.person_id = periods.child_ref
),

-- the meeting that one was adjourned to is named by its id in the register or by the case system's; it is later, or the
-- link says nothing
named as (
    select
        details.review_detail_id,
        details.day,
        later.review_detail_id as later_id,
        later.day as later_day
    from details
    inner join details as later
        on details.adjourned_to_review_id = later.review_detail_id and details.care_period_id = later.care_period_id
    where details.held_date is not null
    union
    select
        details.review_detail_id,
        details.day,
        later.review_detail_id as later_id,
        later.day as later_day
    from details
    inner join details as later
        on details.adjourned_to_review_id = later.review_id and details.care_period_id = later.care_period_id
    where details.held_date is not null
),

links as (
    select
        named.review_detail_id,
        named.later_id
    from named
    where (named.later_day, named.later_id) > (named.day, named.review_detail_id)
),

series as (
    select
        links.review_detail_id as series_id,
        links.later_id as review_detail_id
    from links
    where
        not exists (
            select from links as before
            where before.later_id = links.review_detail_id
        )
    union
    select
        series.series_id,
        links.later_id
    from series
    inner join links on series.review_detail_id = links.review_detail_id
),

first_meeting as (
    select
        series.review_detail_id,
        min(series.series_id) as series_id
    from series
    group by series.review_detail_id
),

changes as (
    select
        changes.meeting_id as review_detail_id,
        count(changes.new_date)::integer as times_moved,
        string_agg(distinct changes.asked_by, ',' order by changes.asked_by) filter (
            where changes.new_date is not null and changes.asked_by is not null
        ) as moved_at_request_of,
        -- where the newest change moved it to; none: it was cancelled
        (
            array_agg(
                changes.new_date
                order by
                    changes.decided_date desc nulls last,
                    changes.original_date desc nulls last,
                    changes._record_key desc
            )
        )[1] as newest_date
    from {{ ref('stg_cssu__meeting_changes') }} as changes
    where changes.meeting_type = 'CIC_REVIEW'
    group by changes.meeting_id
),

kept as (
    select count(*) > 0 as are_changes_kept
    from changes
),

cancelled as (
    select reviews._record_key as review_id
    from {{ ref('stg_ssd__cla_reviews') }} as reviews
    where reviews.clar_cla_review_cancelled = 'Y'
)

select
    details.review_detail_id,
    details.child_ref,
    details.care_period_id,
    coalesce(first_meeting.series_id, details.review_detail_id) as series_id,
    details.review_id,
    -- a planned meeting that was moved is planned for the newest day
    coalesce(changes.newest_date, details.planned_date) as planned_date,
    -- what the case system calls cancelled was not held
    case when cancelled.review_id is null then details.held_date end as held_date,
    cancelled.review_id is not null
    or (details.held_date is null and changes.review_detail_id is not null and changes.newest_date is null)
        as is_cancelled,
    -- a register that keeps no changes doesn't say that there were none
    case when kept.are_changes_kept then coalesce(changes.times_moved, 0) end as times_moved,
    changes.moved_at_request_of,
    details.adjourned_to_review_id,
    details.also_review_id,
    details.chair_professional_id,
    details.meeting_format,
    details.child_seen_before,
    details.late_reason,
    details.report_received_date,
    details.parents_invited,
    details.parents_took_part,
    details.advocacy_discussed,
    details.independent_visitor_considered,
    details.midway_check_date,
    details.decisions_shared_date,
    details.record_completed_date
from details
cross join kept
left join first_meeting on details.review_detail_id = first_meeting.review_detail_id
left join changes on details.review_detail_id = changes.review_detail_id
left join cancelled on details.review_id = cancelled.review_id
