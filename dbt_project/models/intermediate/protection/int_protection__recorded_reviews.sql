-- review conferences as the source that speaks for their day has them; one that is only planned, as the case system has
with said as (
    select
        'ssd' as source,
        reviews._record_key as review_conference_id,
        reviews.cppr_person_id as child_ref,
        reviews.cppr_cp_plan_id as cp_plan_id,
        reviews.cppr_cp_review_meeting_id as meeting_id,
        reviews.cppr_cp_review_due as source_due_date,
        reviews.cppr_cp_review_date as held_date,
        reviews.cppr_cp_review_outcome_continue_cp as plan_continues,
        reviews.cppr_cp_review_quorate as quorate
    from {{ ref('stg_ssd__cp_reviews') }} as reviews
    where reviews.cppr_person_id is not null
    union all
    select
        'cin_census',
        'cin_census|' || reviews.la_child_id || '|' || reviews.cpp_start_date || '|' || reviews.cpp_review_date,
        reviews.la_child_id,
        'cin_census|' || reviews.la_child_id || '|' || reviews.cpp_start_date,
        null::text,
        null::date,
        reviews.cpp_review_date,
        null::text,
        null::text
    from {{ ref('stg_cin_census__plan_reviews') }} as reviews
    where reviews.la_child_id is not null and reviews.cpp_review_date is not null
    union all
    -- the latest of each plan alone
    select
        'annex_a',
        'annex_a|' || plans.child_unique_id || '|' || plans.plan_start_date || '|'
        || plans.latest_review_conference_date,
        plans.child_unique_id,
        'annex_a|' || plans.child_unique_id || '|' || plans.plan_start_date,
        null::text,
        null::date,
        plans.latest_review_conference_date,
        null::text,
        null::text
    from {{ ref('stg_annex_a__child_protection_plans') }} as plans
    where plans.child_unique_id is not null and plans.latest_review_conference_date is not null
)

select
    said.source,
    said.review_conference_id,
    said.child_ref,
    said.cp_plan_id,
    said.meeting_id,
    said.source_due_date,
    said.held_date,
    said.plan_continues,
    said.quorate
from said
{{ who_speaks('protection', 'said.held_date, said.source_due_date') }}
