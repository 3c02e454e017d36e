-- Kaplan-Meier: of those still waiting, and still followed, on a day, the share for whom it came; the shares for whom
-- it did not come, multiplied up to a day, are the share still waiting after it
with by_day as (
    select
        waits.event,
        waits.plan_option,
        waits.cohort_kind,
        waits.cohort,
        waits.days,
        count(*) filter (where waits.has_come)::integer as events,
        count(*) filter (where not waits.has_come)::integer as censored
    from {{ ref('int_timescales__cohort_waits') }} as waits
    group by waits.event, waits.plan_option, waits.cohort_kind, waits.cohort, waits.days
),

at_risk as (
    select
        by_day.*,
        sum(by_day.events + by_day.censored) over (
            partition by by_day.event, by_day.plan_option, by_day.cohort_kind, by_day.cohort
            order by by_day.days desc
        )::integer as at_risk
    from by_day
)

select
    at_risk.event,
    at_risk.plan_option,
    at_risk.cohort_kind,
    at_risk.cohort,
    at_risk.days,
    at_risk.at_risk,
    at_risk.events,
    at_risk.censored,
    case
        -- nobody is left to wait: a logarithm has no zero
        when bool_or(at_risk.events = at_risk.at_risk) over to_the_day then 0
        else
            coalesce(
                exp(
                    sum(ln(1 - at_risk.events / at_risk.at_risk::double precision))
                    filter (where at_risk.events < at_risk.at_risk) over to_the_day
                ),
                1
            )
    end::numeric(13, 12) as survival
from at_risk
window
    to_the_day as (
        partition by at_risk.event, at_risk.plan_option, at_risk.cohort_kind, at_risk.cohort
        order by at_risk.days
    )
