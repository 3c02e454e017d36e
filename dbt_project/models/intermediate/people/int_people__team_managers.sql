-- who managed each team, and when
select
    managers._record_key as team_manager_key,
    managers.team_id,
    managers.professional_id,
    managers.manager_role,
    managers.from_date as from_day,
    managers.to_date as ended_on
from {{ ref('stg_cssu__team_managers') }} as managers
where managers.team_id is not null and managers.professional_id is not null and managers.from_date is not null
