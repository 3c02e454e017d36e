-- children in care, on short breaks among them, and children on plans, each once a day, with the IRO allocated on it
select
    answering.child_ref,
    answering.position_date,
    answering.iro_id,
    in_care.child_ref is not null as is_in_care,
    on_plan.child_ref is not null as is_on_plan
from {{ ref('int_positions__answering') }} as answering
left join {{ ref('int_positions__children') }} as in_care
    on answering.child_ref = in_care.child_ref and answering.position_date = in_care.position_date
left join {{ ref('int_positions__protection_children') }} as on_plan
    on answering.child_ref = on_plan.child_ref and answering.position_date = on_plan.position_date
