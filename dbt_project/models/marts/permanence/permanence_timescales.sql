select
    cohorts.event,
    cohorts.plan_option,
    coalesce(options.label, 'All options') as plan_option_label,
    cohorts.cohort_kind,
    cohorts.cohort,
    coalesce(teams.team_name, cohorts.cohort) as cohort_label,
    cohorts.waits,
    cohorts.came,
    cohorts.plan_ended,
    cohorts.left_care,
    cohorts.no_longer_told,
    cohorts.still_waiting,
    cohorts.longest_days,
    cohorts.lower_quartile_days,
    cohorts.at_risk_at_lower_quartile,
    cohorts.median_days,
    cohorts.at_risk_at_median,
    cohorts.upper_quartile_days,
    cohorts.at_risk_at_upper_quartile,
    cohorts.plans_due,
    cohorts.agreed_by_second_review,
    round(100.0 * cohorts.agreed_by_second_review / nullif(cohorts.plans_due, 0), 1)::numeric(4, 1)
        as percent_agreed_by_second_review
from {{ ref('int_timescales__cohorts') }} as cohorts
left join {{ ref('code') }} as options
    on cohorts.plan_option = options.code and options.list = 'plan_option'
left join {{ ref('int_people__teams') }} as teams
    on cohorts.cohort = teams.team_id and cohorts.cohort_kind = 'team'
