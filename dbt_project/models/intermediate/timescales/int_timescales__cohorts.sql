-- each cohort: how its waits ended, the days after which a quarter, half and three quarters no longer waited, and how
-- many had a plan by the second review
with counted as (
    select
        waits.event,
        waits.plan_option,
        waits.cohort_kind,
        waits.cohort,
        count(*)::integer as waits,
        count(*) filter (where waits.has_come)::integer as came,
        count(*) filter (where waits.ended_by = 'plan ended')::integer as plan_ended,
        count(*) filter (where waits.ended_by = 'left care')::integer as left_care,
        count(*) filter (where waits.ended_by = 'no longer told')::integer as no_longer_told,
        count(*) filter (where waits.ended_by = 'waiting')::integer as still_waiting,
        max(waits.days) as longest_days,
        count(waits.is_agreed_by_second_review)::integer as plans_due,
        count(*) filter (where waits.is_agreed_by_second_review)::integer as agreed_by_second_review
    from {{ ref('int_timescales__cohort_waits') }} as waits
    group by waits.event, waits.plan_option, waits.cohort_kind, waits.cohort
),

-- the first day after which no more than the share still waits; empty where the curve never falls so far
quartiles as (
    select
        curve.event,
        curve.plan_option,
        curve.cohort_kind,
        curve.cohort,
        min(curve.days) filter (where curve.survival <= 0.75) as lower_quartile_days,
        min(curve.days) filter (where curve.survival <= 0.5) as median_days,
        min(curve.days) filter (where curve.survival <= 0.25) as upper_quartile_days,
        -- the numbers at risk fall from day to day: the greatest is that of the first
        max(curve.at_risk) filter (where curve.survival <= 0.75) as at_risk_at_lower_quartile,
        max(curve.at_risk) filter (where curve.survival <= 0.5) as at_risk_at_median,
        max(curve.at_risk) filter (where curve.survival <= 0.25) as at_risk_at_upper_quartile
    from {{ ref('int_timescales__curve') }} as curve
    group by curve.event, curve.plan_option, curve.cohort_kind, curve.cohort
)

select
    counted.event,
    counted.plan_option,
    counted.cohort_kind,
    counted.cohort,
    counted.waits,
    counted.came,
    counted.plan_ended,
    counted.left_care,
    counted.no_longer_told,
    counted.still_waiting,
    counted.longest_days,
    quartiles.lower_quartile_days,
    quartiles.at_risk_at_lower_quartile,
    quartiles.median_days,
    quartiles.at_risk_at_median,
    quartiles.upper_quartile_days,
    quartiles.at_risk_at_upper_quartile,
    case when counted.event = 'first plan agreed' then counted.plans_due end as plans_due,
    case when counted.event = 'first plan agreed' then counted.agreed_by_second_review end as agreed_by_second_review
from counted
inner join quartiles
    on
        counted.event = quartiles.event
        and counted.plan_option = quartiles.plan_option
        and counted.cohort_kind = quartiles.cohort_kind
        and counted.cohort = quartiles.cohort
