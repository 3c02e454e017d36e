-- the children of each special review, on the day of it
select
    children.special_review_id,
    children.person_id as child_ref,
    coalesce(reviews.review_date, reviews.due_date, reviews.trigger_date) as on_date,
    reviews.chair_professional_id
from {{ ref('stg_cssu__special_review_children') }} as children
left join {{ ref('stg_cssu__special_reviews') }} as reviews
    on children.special_review_id = reviews._record_key
