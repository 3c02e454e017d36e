-- decisions and recommendations of reviews and conferences, each in the period of care of its review: as the register
-- of reviews says, else the case system. The register's day of the review, of several meetings the first, stands in
-- where the case system wrote the review without its id
with details as (
    select distinct on (details.review_id)
        details.review_id,
        details.cla_id,
        details.held_date
    from {{ ref('stg_cssu__review_details') }} as details
    where details.review_id is not null
    order by details.review_id, details.held_date, details._record_key
)

select
    actions._record_key as action_id,
    actions.review_id,
    actions.meeting_id,
    actions.person_id as child_ref,
    periods.care_period_id,
    details.held_date as review_held_date,
    actions.owner_role,
    actions.due_date,
    actions.done_date,
    actions.done_date <= actions.due_date as done_in_time,
    actions.status
from {{ ref('stg_cssu__review_actions') }} as actions
left join details on actions.review_id = details.review_id
left join {{ ref('stg_ssd__cla_reviews') }} as reviews on actions.review_id = reviews._record_key
left join {{ ref('int_care__periods') }} as periods
    on
        coalesce(details.cla_id, reviews.clar_cla_id) = periods.source_period_id
        and actions.person_id = periods.child_ref
