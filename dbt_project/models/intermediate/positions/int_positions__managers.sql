-- who managed each team on each position day: the team's own manager, and the service manager above it
with team_managers as (
    -- of two at a time the one who began later
    select distinct on (managers.team_id, days.position_date)
        managers.team_id,
        days.position_date,
        managers.professional_id
    from {{ ref('int_positions__days') }} as days
    inner join {{ ref('int_people__team_managers') }} as managers
        on
            managers.manager_role = 'TEAM_MANAGER'
            and days.position_date >= managers.from_day
            and (managers.ended_on is null or days.position_date < managers.ended_on)
    order by managers.team_id, days.position_date, managers.from_day desc, managers.professional_id
)

select
    teams.team_id,
    days.position_date,
    team_managers.professional_id as team_manager_id,
    service_managers.professional_id as service_manager_id
from {{ ref('int_people__teams') }} as teams
cross join {{ ref('int_positions__days') }} as days
left join team_managers on teams.team_id = team_managers.team_id and days.position_date = team_managers.position_date
left join {{ ref('int_people__service_managers') }} as service_managers
    on
        teams.team_id = service_managers.team_id
        and days.position_date >= service_managers.from_day
        and days.position_date < service_managers.to_day
