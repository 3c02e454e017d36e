select
    children.child_ref,
    children.date_of_birth,
    children.expected_date_of_birth,
    children.date_of_death,
    children.sex,
    children.ethnicity,
    ethnicity.label as ethnicity_label,
    children.legacy_ref,
    children.has_person_record
from {{ ref('int_people__children') }} as children
left join {{ ref('code') }} as ethnicity on children.ethnicity = ethnicity.code and ethnicity.list = 'ethnicity'
