select
    curve.event,
    curve.plan_option,
    curve.cohort_kind,
    curve.cohort,
    curve.days,
    curve.at_risk,
    curve.events,
    curve.censored,
    curve.survival
from {{ ref('int_timescales__curve') }} as curve
