-- reviews that were held, each once: the case system's, completed by the register; the register's own where the case
-- system's form is not complete; a return's, one a child and day
with details as (
    select
        details._record_key as review_detail_id,
        periods.child_ref,
        periods.care_period_id,
        details.review_id,
        details.held_date,
        details.chair_professional_id,
        details.meeting_format,
        details.child_seen_before,
        details.late_reason,
        details.parents_took_part,
        details.advocacy_discussed,
        details.decisions_shared_date,
        details.record_completed_date
    from {{ ref('stg_cssu__review_details') }} as details
    inner join {{ ref('int_care__periods') }} as periods
        on details.cla_id = periods.source_period_id and details.person_id = periods.child_ref
    where details.held_date is not null
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
        details.review_detail_id,
        1 as choice
    from case_system
    inner join details on case_system.review_id = details.review_id
    union all
    select
        case_system.review_id,
        details.review_detail_id,
        2
    from case_system
    inner join details
        on case_system.care_period_id = details.care_period_id and case_system.held_date = details.held_date
),

completed as (
    select distinct on (completing.review_id)
        completing.review_id,
        completing.review_detail_id
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
        case_system.child_ref,
        case_system.care_period_id,
        case_system.held_date,
        case_system.source_due_date,
        case_system.participation,
        false as participation_conflict,
        completed.review_detail_id
    from case_system
    left join completed on case_system.review_id = completed.review_id
    union all
    select
        'cssu|' || details.review_detail_id,
        'cssu',
        2,
        details.child_ref,
        details.care_period_id,
        details.held_date,
        null::date,
        null::text,
        false,
        details.review_detail_id
    from details
    left join completing on details.review_detail_id = completing.review_detail_id
    where completing.review_detail_id is null
    union all
    select
        'ssda903|' || returned.child_ref || '|' || returned.held_date,
        'ssda903',
        3,
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
)

select distinct on (every_source.care_period_id, every_source.held_date)
    every_source.review_key,
    every_source.source,
    every_source.child_ref,
    every_source.care_period_id,
    every_source.held_date,
    every_source.source_due_date,
    every_source.participation,
    every_source.participation_conflict,
    details.chair_professional_id,
    details.meeting_format,
    details.child_seen_before,
    details.late_reason,
    details.parents_took_part,
    details.advocacy_discussed,
    details.decisions_shared_date,
    details.record_completed_date
from every_source
left join details on every_source.review_detail_id = details.review_detail_id
order by every_source.care_period_id, every_source.held_date, every_source.choice, every_source.review_key
