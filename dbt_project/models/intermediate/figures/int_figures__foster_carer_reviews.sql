-- foster carer reviews that were held, of all but agencies' households; the chair answers for a review held
select
    reviews.review_id as member_key,
    reviews.review_date as member_date,
    reviews.chair_professional_id as iro_id,
    reviews.approval_type,
    true as foster_carer_reviews,
    reviews.in_time as foster_carer_reviews_in_time,
    reviews.written_up_in_time as foster_carer_reviews_written_up_in_time
from {{ ref('int_fostering__reviews') }} as reviews
where reviews.review_date is not null and reviews.own_or_agency is distinct from 'AGENCY'
