select
    children.special_review_id,
    children.child_ref,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    children.on_date,
    children.chair_professional_id = answering.iro_id as chaired_by_own_iro,
    'cssu' as source
from {{ ref('int_oversight__special_review_children') }} as children
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        children.child_ref = answering.child_ref
        and children.on_date >= answering.from_day
        and children.on_date < answering.to_day
