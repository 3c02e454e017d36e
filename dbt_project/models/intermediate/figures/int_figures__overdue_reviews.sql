-- children in care of whom a review is overdue, on each day of which positions are shown: the IRO who answers for it is
-- who was allocated on the day it was due, whoever has the child now
with members as (
    select
        reviews.child_ref,
        reviews.position_date as member_date,
        reviews.next_review_due_date as answerable_date
    from {{ ref('int_positions__reviews') }} as reviews
    where reviews.next_review_status = 'overdue'
)

select
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.answerable_date') }},
    true as cic_reviews_overdue
from members
{{ member_joins('members.answerable_date') }}
