select
    reviews.review_id,
    reviews.household_id,
    reviews.status,
    reviews.review_type,
    reviews.lado_issue,
    reviews.review_date as held_date,
    reviews.chair_professional_id,
    reviews.panel_date,
    reviews.outcome
from {{ ref('int_fostering__reviews') }} as reviews
where reviews.review_type = 'AFTER_ALLEGATION' or reviews.lado_issue = 'Y'
