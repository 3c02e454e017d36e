-- foster carer reviews with the day each was due: a year after approval, then a year after the last review meeting.
-- The yearly clock is for the council's own households whose approval is not temporary.
with reviews as (
    select
        reviews._record_key as review_id,
        reviews.household_id,
        reviews.due_date as source_due_date,
        reviews.review_type,
        reviews.review_date,
        reviews.chair_professional_id,
        reviews.outcome,
        reviews.written_up_date,
        households.approved_date,
        households.approval_type,
        households.own_or_agency,
        households.ended_date as household_ended_date
    from {{ ref('stg_cssu__foster_carer_reviews') }} as reviews
    left join {{ ref('stg_cssu__foster_households') }} as households
        on reviews.household_id = households.household_id
),

dated as (
    select
        reviews.*,
        coalesce(
            max(reviews.review_date) over (
                partition by reviews.household_id
                order by coalesce(reviews.review_date, reviews.source_due_date), reviews.review_id
                rows between unbounded preceding and 1 preceding
            ),
            reviews.approved_date
        ) as runs_from
    from reviews
)

select
    dated.review_id,
    dated.household_id,
    dated.approval_type,
    dated.own_or_agency,
    dated.household_ended_date,
    dated.source_due_date,
    dated.review_type,
    dated.review_date,
    dated.chair_professional_id,
    dated.outcome,
    dated.written_up_date,
    case
        when
            coalesce(dated.own_or_agency, 'OWN') = 'OWN' and coalesce(dated.approval_type, 'GENERAL') <> 'TEMPORARY'
            then
                {{ months_after('dated.runs_from', threshold('foster_carer_review_months')) }}
    end as due_date
from dated
