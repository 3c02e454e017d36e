-- about persons: a grant of its own, no rank and no colour
select
    caseloads.iro_id,
    caseloads.position_date,
    professionals.professional_name as iro_name,
    managers.manager_id,
    caseloads.children_in_care::integer as children_in_care,
    caseloads.children_on_plans::integer as children_on_plans,
    caseloads.children_both::integer as children_both,
    caseloads.children::integer as children,
    caseloads.fte_total::numeric(6, 2) as fte_total,
    caseloads.fte_children::numeric(6, 2) as fte_children,
    (caseloads.children / nullif(caseloads.fte_children, 0))::numeric(8, 1) as children_per_fte,
    caseloads.is_absent
from {{ ref('int_performance__caseloads') }} as caseloads
left join {{ ref('int_people__professionals') }} as professionals on caseloads.iro_id = professionals.professional_id
left join {{ ref('int_performance__iro_managers') }} as managers
    on caseloads.iro_id = managers.iro_id and caseloads.position_date = managers.day
