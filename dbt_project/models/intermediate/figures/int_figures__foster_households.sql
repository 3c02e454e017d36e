-- foster households whose next review is awaited, on each day of which positions are shown, but for agencies'
select
    reviews.review_id as member_key,
    positions.position_date as member_date,
    reviews.approval_type,
    positions.position_date > reviews.due_date as foster_carer_reviews_overdue,
    case when positions.position_date > reviews.due_date then positions.position_date - reviews.due_date end::numeric
        as foster_carer_reviews_days_overdue
from {{ ref('int_fostering__reviews') }} as reviews
inner join {{ ref('int_positions__days') }} as positions
    on
        reviews.runs_from_date <= positions.position_date
        and (reviews.review_date is null or reviews.review_date > positions.position_date)
        and (reviews.household_ended_date is null or reviews.household_ended_date > positions.position_date)
where reviews.own_or_agency is distinct from 'AGENCY' and reviews.due_date is not null
