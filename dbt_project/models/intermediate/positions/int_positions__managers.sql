-- who managed each team on each position day: the team's own manager, and the service manager of the team or, where it
-- has none, of the nearest department above it
with recursive above as (
    select
        teams.team_id,
        teams.team_id as above_id,
        0 as steps
    from {{ ref('int_people__teams') }} as teams
    union all
    -- a team that is its own superior is a mistake in the record, and no endless way up
    select
        above.team_id,
        teams.parent_team_id,
        above.steps + 1
    from above
    inner join {{ ref('int_people__teams') }} as teams on above.above_id = teams.team_id
    where teams.parent_team_id is not null and above.steps < 10
),

-- of two at a time the one who began later
team_managers as (
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
),

service_managers as (
    select distinct on (above.team_id, days.position_date)
        above.team_id,
        days.position_date,
        managers.professional_id
    from above
    inner join {{ ref('int_people__team_managers') }} as managers
        on above.above_id = managers.team_id and managers.manager_role = 'SERVICE_MANAGER'
    inner join {{ ref('int_positions__days') }} as days
        on
            managers.from_day <= days.position_date
            and (managers.ended_on is null or managers.ended_on > days.position_date)
    order by above.team_id, days.position_date, above.steps, managers.from_day desc, managers.professional_id
)

select
    teams.team_id,
    days.position_date,
    team_managers.professional_id as team_manager_id,
    service_managers.professional_id as service_manager_id
from {{ ref('int_people__teams') }} as teams
cross join {{ ref('int_positions__days') }} as days
left join team_managers on teams.team_id = team_managers.team_id and days.position_date = team_managers.position_date
left join service_managers
    on teams.team_id = service_managers.team_id and days.position_date = service_managers.position_date
