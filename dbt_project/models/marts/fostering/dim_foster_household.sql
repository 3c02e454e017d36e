select
    households.household_id,
    households.approved_date,
    households.approval_type,
    households.own_or_agency,
    households.is_reviewed_yearly,
    households.supervising_professional_id,
    households.temporary_until,
    households.temporary_at_most_until,
    households.ended_date,
    households.end_reason
from {{ ref('int_fostering__households') }} as households
