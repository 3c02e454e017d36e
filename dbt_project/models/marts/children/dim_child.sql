select
    children.child_ref,
    children.date_of_birth,
    children.expected_date_of_birth,
    children.date_of_death,
    children.sex,
    children.ethnicity,
    ethnicity.label as ethnicity_label,
    coalesce(ethnicity_group.ethnicity_group, 'Not known') as ethnicity_group,
    details.has_disability,
    details.disabilities,
    details.was_unaccompanied,
    details.is_mother,
    details.family_ref,
    details.sibling_group_ref,
    details.sibling_plan,
    details.previous_permanence,
    details.care_leaver_eligibility,
    details.pathway_plan_date,
    children.legacy_ref,
    children.has_person_record
from {{ ref('int_people__children') }} as children
left join {{ ref('int_people__child_details') }} as details on children.child_ref = details.child_ref
left join {{ ref('code') }} as ethnicity on children.ethnicity = ethnicity.code and ethnicity.list = 'ethnicity'
left join {{ ref('ethnicity_group') }} as ethnicity_group on children.ethnicity = ethnicity_group.code
