-- teams as the case system names them
select
    departments.dept_team_id as team_id,
    departments.dept_team_name as team_name,
    departments.dept_team_parent_id as parent_team_id,
    departments.dept_team_parent_name as parent_team_name
from {{ ref('stg_ssd__department') }} as departments
where departments.dept_team_id is not null
