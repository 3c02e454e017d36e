with codes as (
    -- text by list, so that a report can show it: the rows are in the seed
    select
        outcomes.plan_option,
        outcomes.code_list,
        string_agg(outcomes.code, ' ' order by outcomes.code) as codes
    from {{ ref('permanence_outcome') }} as outcomes
    group by outcomes.plan_option, outcomes.code_list
)

select
    permanence_option.plan_option,
    options.label,
    permanence_option.route,
    permanence_option.ssd_key,
    permanence_option.annex_a_category,
    permanence_option.annex_a_label,
    outcomes.codes as outcome_codes,
    legal_statuses.codes as legal_status_codes,
    placement_types.codes as placement_type_codes
from {{ ref('permanence_option') }} as permanence_option
left join {{ ref('code') }} as options
    on permanence_option.plan_option = options.code and options.list = 'plan_option'
left join codes as outcomes
    on permanence_option.plan_option = outcomes.plan_option and outcomes.code_list = 'episode_end_reason'
left join codes as legal_statuses
    on permanence_option.plan_option = legal_statuses.plan_option and legal_statuses.code_list = 'legal_status'
left join codes as placement_types
    on permanence_option.plan_option = placement_types.plan_option and placement_types.code_list = 'placement_type'
