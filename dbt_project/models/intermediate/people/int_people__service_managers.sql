-- the service manager above each team, and when: the team's own, else the one of the nearest team above it.
-- Of two at a time the one who came later.
with recursive above as (
    select
        teams.team_id,
        teams.team_id as above_team_id,
        0 as steps
    from {{ ref('int_people__teams') }} as teams
    union all
    select
        above.team_id,
        teams.parent_team_id,
        above.steps + 1
    from above
    inner join {{ ref('int_people__teams') }} as teams on above.above_team_id = teams.team_id
    -- teams that stand above each other in a circle are a mistake in the record
    where teams.parent_team_id is not null and above.steps < 10
),

candidates as (
    select
        above.team_id,
        above.steps,
        managers.team_manager_key,
        managers.professional_id,
        managers.from_day,
        coalesce(managers.ended_on, date '2100-01-01') as to_day
    from above
    inner join {{ ref('int_people__team_managers') }} as managers on above.above_team_id = managers.team_id
    where
        managers.manager_role = 'SERVICE_MANAGER'
        and (managers.ended_on is null or managers.ended_on > managers.from_day)
),

boundaries as (
    select
        candidates.team_id,
        candidates.from_day as day
    from candidates
    union
    select
        candidates.team_id,
        candidates.to_day
    from candidates
),

spells as (
    select
        boundaries.team_id,
        boundaries.day as from_day,
        lead(boundaries.day) over (partition by boundaries.team_id order by boundaries.day) as to_day
    from boundaries
)

select distinct on (spells.team_id, spells.from_day)
    spells.team_id,
    spells.from_day,
    spells.to_day,
    candidates.professional_id
from spells
inner join candidates
    on
        spells.team_id = candidates.team_id
        and spells.from_day >= candidates.from_day
        and spells.from_day < candidates.to_day
order by
    spells.team_id, spells.from_day, candidates.steps, candidates.from_day desc, candidates.team_manager_key
