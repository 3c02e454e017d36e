-- each figure that a published table shows, and its place there. A table of halves has the half-years of a financial
-- year in its rows, one that is broken down the parts, any other one row; what rows add up to is a figure too. A table
-- without limits (open) hides nothing and is not here
with shown as (
    select
        tables.table_id,
        tables.totals,
        tables.periods,
        tables.measure_id,
        tables.breakdown,
        -- a rate is of the children of the area: how many they are is no secret
        measure.unit in ('count', 'percent') and measure.denominator is not null as is_share,
        counts.breakdown_value,
        counts.period_id,
        counts.numerator::integer as numerator,
        counts.denominator::integer as denominator,
        case tables.periods when 'halves' then {{ financial_year('periods.first_day') }} else counts.period_id end
            as of_period,
        case
            when tables.periods = 'halves'
                then 'year ' || make_date(extract(year from periods.last_day - interval '3 months')::integer + 1, 3, 31)
            else counts.period_id
        end as total_period_id
    from {{ ref('published_table') }} as tables
    inner join {{ ref('measure') }} as measure on tables.measure_id = measure.measure_id
    inner join {{ ref('int_figures__counts') }} as counts
        on tables.measure_id = counts.measure_id and tables.breakdown = counts.breakdown
    inner join {{ ref('int_figures__periods') }} as periods
        on
            counts.period_id = periods.period_id
            and periods.is_reported
            and case tables.periods when 'halves' then 'half-year' else tables.periods end = periods.period_kind
    where tables.totals <> 'open'
),

placed as (
    select
        shown.*,
        shown.table_id || '|' || shown.of_period as table_key,
        case
            when shown.periods = 'halves' then shown.period_id
            when shown.breakdown = 'total' then 'all'
            else shown.breakdown_value
        end as row_key
    from shown
)

select
    placed.table_id,
    placed.table_key,
    placed.totals,
    placed.row_key,
    placed.measure_id as column_key,
    false as is_total,
    placed.is_share,
    placed.measure_id,
    placed.period_id,
    placed.breakdown,
    placed.breakdown_value,
    placed.numerator,
    placed.denominator
from placed
union all
select distinct
    placed.table_id,
    placed.table_key,
    placed.totals,
    'total',
    case placed.totals when 'two-way' then placed.measure_id else 'total' end,
    true,
    placed.is_share,
    placed.measure_id,
    counts.period_id,
    counts.breakdown,
    counts.breakdown_value,
    counts.numerator::integer,
    counts.denominator::integer
from placed
inner join {{ ref('int_figures__counts') }} as counts
    on
        placed.measure_id = counts.measure_id
        and placed.total_period_id = counts.period_id
        and counts.breakdown = 'total'
where placed.row_key <> 'all'
