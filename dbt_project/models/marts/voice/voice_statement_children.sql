select
    counts.period_kind,
    counts.period_start,
    counts.period_end,
    counts.are_statements_told,
    counts.care_basis,
    counts.team_id,
    coalesce(teams.team_name, counts.team_id) as team_name,
    counts.children_in_care,
    counts.children_with_statement,
    case
        when counts.are_statements_told
            then round(100.0 * counts.children_with_statement / counts.children_in_care, 1)::numeric(4, 1)
    end as percent_with_statement
from {{ ref('int_voice__statement_children') }} as counts
left join {{ ref('int_people__teams') }} as teams on counts.team_id = teams.team_id
