select
    permanence_option.plan_option,
    options.label,
    permanence_option.route,
    permanence_option.annex_a_category,
    permanence_option.outcome_codes
from {{ ref('permanence_option') }} as permanence_option
left join {{ ref('code') }} as options
    on permanence_option.plan_option = options.code and options.list = 'plan_option'
