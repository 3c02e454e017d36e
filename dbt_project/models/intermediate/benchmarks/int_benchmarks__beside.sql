-- each published figure of the areas that the council stands beside, and the day its period ends on. Of the statistical
-- neighbours the plain mean of those that have a number, as the Department's own comparisons have it
with figures as (
    select
        published.benchmark_id,
        areas.area,
        published.year,
        published.value,
        published.symbol
    from {{ ref('int_benchmarks__areas') }} as areas
    inner join {{ ref('int_benchmarks__published') }} as published
        on areas.geographic_level = published.geographic_level and areas.area_code = published.area_code
),

gathered as (
    select
        figures.benchmark_id,
        figures.area,
        figures.year,
        count(*)::integer as areas,
        count(figures.value)::integer as areas_with_value,
        avg(figures.value) as mean_value,
        min(figures.symbol) as symbol
    from figures
    group by figures.benchmark_id, figures.area, figures.year
)

select
    gathered.benchmark_id,
    gathered.area,
    gathered.year,
    case
        when benchmark.period_kind = 'mid-year' then make_date(gathered.year, 6, 30)
        else make_date(gathered.year, 3, 31)
    end as period_end,
    gathered.areas,
    gathered.areas_with_value,
    case
        -- a mean has a decimal more than what it is made of
        when gathered.area = 'statistical neighbours' then round(gathered.mean_value, benchmark.decimals + 1)
        else gathered.mean_value
    end::numeric(14, 2) as value,
    case when gathered.areas_with_value = 0 then gathered.symbol end as symbol
from gathered
inner join {{ ref('benchmark') }} as benchmark on gathered.benchmark_id = benchmark.benchmark_id
