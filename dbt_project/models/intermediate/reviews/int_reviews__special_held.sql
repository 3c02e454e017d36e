-- adoption and secure accommodation reviews held, one a child: as meetings of their own or as child in care reviews too
with periods as (
    select
        periods.care_period_id,
        periods.child_ref,
        periods.started_on,
        coalesce(periods.ended_on, date '2100-01-01') as until_day
    from {{ ref('int_care__whole_periods') }} as periods
),

same_meeting as (
    select
        meetings.also_review_id as special_review_id,
        meetings.child_ref,
        min(meetings.series_id) as series_id,
        min(meetings.chair_professional_id) as chair_professional_id
    from {{ ref('int_reviews__meetings') }} as meetings
    where meetings.also_review_id is not null and meetings.held_date is not null
    group by meetings.also_review_id, meetings.child_ref
),

held as (
    -- of two periods open at once the later one
    select distinct on (special._record_key, periods.child_ref)
        special._record_key as special_review_id,
        periods.child_ref,
        periods.care_period_id,
        special.review_type,
        special.review_date as held_date,
        same_meeting.series_id,
        coalesce(special.chair_professional_id, same_meeting.chair_professional_id) as chair_professional_id
    from {{ ref('stg_cssu__special_reviews') }} as special
    inner join {{ ref('stg_cssu__special_review_children') }} as children
        on special._record_key = children.special_review_id
    inner join periods
        on
            children.person_id = periods.child_ref
            and special.review_date >= periods.started_on
            and special.review_date < periods.until_day
    left join same_meeting
        on special._record_key = same_meeting.special_review_id and children.person_id = same_meeting.child_ref
    where special.review_type in ('ADOPTION', 'SECURE')
    order by special._record_key, periods.child_ref, periods.started_on desc, periods.care_period_id
)

select
    held.special_review_id,
    held.child_ref,
    held.care_period_id,
    held.review_type,
    held.held_date,
    held.series_id,
    -- a chair who is not recorded is not said to be the child's own
    coalesce(held.chair_professional_id = answering.iro_id, false) as is_chaired_by_own_iro
from held
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        held.child_ref = answering.child_ref
        and held.held_date >= answering.from_day
        and held.held_date < answering.to_day
