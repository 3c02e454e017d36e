select
    teams.team_id,
    teams.team_name,
    teams.parent_team_id,
    teams.parent_team_name
from {{ ref('int_people__teams') }} as teams
