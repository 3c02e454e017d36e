-- who manages each IRO on the last day of each period: the manager of the IRO's own team, of two the one who came later
with days as (
    select distinct periods.last_day as day
    from {{ ref('int_figures__periods') }} as periods
)

select distinct on (professionals.professional_id, days.day)
    professionals.professional_id as iro_id,
    days.day,
    managers.professional_id as manager_id
from {{ ref('int_people__professionals') }} as professionals
cross join days
inner join {{ ref('int_people__team_managers') }} as managers
    on
        professionals.team_id = managers.team_id
        and managers.manager_role in ('TEAM_MANAGER', 'CSSU_SERVICE_MANAGER')
        and days.day >= managers.from_day
        and (managers.ended_on is null or days.day < managers.ended_on)
where professionals.is_iro
order by professionals.professional_id, days.day, managers.from_day desc, managers.professional_id
