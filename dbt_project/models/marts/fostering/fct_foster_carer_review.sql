select
    reviews.review_id,
    reviews.household_id,
    reviews.approval_type,
    reviews.own_or_agency,
    reviews.review_type,
    reviews.due_date,
    reviews.source_due_date,
    reviews.review_date as held_date,
    reviews.review_date <= reviews.due_date as in_time,
    held_day.working_day_number - due_day.working_day_number as working_days_late,
    reviews.chair_professional_id,
    reviews.outcome,
    reviews.written_up_date
from {{ ref('int_fostering__reviews') }} as reviews
left join {{ ref('dim_date') }} as held_day on reviews.review_date = held_day.calendar_date
left join {{ ref('dim_date') }} as due_day on reviews.due_date = due_day.calendar_date
