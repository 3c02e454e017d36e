-- a period has a figure where all of it can be known, and what the measure looks back on before it
select
    measure.measure_id,
    measure.unit,
    measure.decimals,
    measure.denominator is not null as has_denominator,
    periods.period_id,
    child_population.children_aged_0_to_17 * periods.years as children_of_the_area
from {{ ref('measure') }} as measure
inner join {{ ref('int_figures__periods') }} as periods
    on (measure.period_kind = 'as at') = (periods.period_kind = 'as at')
inner join {{ ref('int_figures__coverage') }} as coverage on measure.population = coverage.population
-- the year that ends on 31 March takes the estimate of the middle of the year before
left join {{ ref('child_population') }} as child_population
    on
        measure.unit = 'rate per 10000'
        and extract(year from periods.last_day - interval '3 months') = child_population.mid_year
where
    coverage.known_days @> daterange(
        (periods.first_day - make_interval(months => measure.months_before))::date, periods.last_day + 1
    )
    and (measure.unit <> 'rate per 10000' or child_population.mid_year is not null)
