with codes as (
    select
        outcomes.plan_option,
        string_agg(outcomes.code, ' ' order by outcomes.code)
            filter (where outcomes.code_list = 'episode_end_reason') as outcome_codes,
        string_agg(outcomes.code, ' ' order by outcomes.code)
            filter (where outcomes.code_list = 'legal_status') as legal_status_codes,
        string_agg(outcomes.code, ' ' order by outcomes.code)
            filter (where outcomes.code_list = 'placement_type') as placement_type_codes
    from {{ ref('permanence_outcome') }} as outcomes
    group by outcomes.plan_option
)

select
    permanence_option.plan_option,
    options.label,
    permanence_option.route,
    permanence_option.ssd_key,
    permanence_option.annex_a_category,
    permanence_option.annex_a_label,
    codes.outcome_codes,
    codes.legal_status_codes,
    codes.placement_type_codes
from {{ ref('permanence_option') }} as permanence_option
left join {{ ref('code') }} as options
    on permanence_option.plan_option = options.code and options.list = 'plan_option'
left join codes on permanence_option.plan_option = codes.plan_option
