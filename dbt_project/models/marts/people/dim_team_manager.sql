select
    managers.team_manager_key,
    managers.team_id,
    managers.professional_id,
    managers.manager_role,
    manager_role.label as manager_role_label,
    managers.from_day as started_on,
    managers.ended_on
from {{ ref('int_people__team_managers') }} as managers
left join {{ ref('code') }} as manager_role
    on managers.manager_role = manager_role.code and manager_role.list = 'manager_role'
