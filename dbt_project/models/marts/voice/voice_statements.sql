select
    counts.period_kind,
    counts.period_start,
    counts.period_end,
    counts.are_statements_told,
    counts.app,
    coalesce(apps.label, counts.app) as app_label,
    counts.scenario,
    coalesce(scenarios.label, counts.scenario) as scenario_label,
    counts.account_type,
    coalesce(account_types.label, counts.account_type) as account_type_label,
    counts.team_id,
    coalesce(teams.team_name, counts.team_id) as team_name,
    counts.statements,
    counts.statements_not_matched,
    counts.safety_flags,
    counts.positive,
    counts.mixed,
    counts.concern
from {{ ref('int_voice__statement_counts') }} as counts
left join {{ ref('code') }} as apps on counts.app = apps.code and apps.list = 'momo_app'
left join {{ ref('code') }} as scenarios on counts.scenario = scenarios.code and scenarios.list = 'momo_scenario'
left join {{ ref('code') }} as account_types
    on counts.account_type = account_types.code and account_types.list = 'momo_account_type'
left join {{ ref('int_people__teams') }} as teams on counts.team_id = teams.team_id
