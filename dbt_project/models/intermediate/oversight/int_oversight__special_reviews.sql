-- reviews of another kind than the yearly and statutory ones
select
    reviews._record_key as special_review_id,
    reviews.review_type,
    reviews.trigger_date,
    reviews.due_date as source_due_date,
    reviews.review_date,
    reviews.chair_professional_id,
    reviews.outcome
from {{ ref('stg_cssu__special_reviews') }} as reviews
