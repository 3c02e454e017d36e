-- each figure of the published tables as it may be shown: c where its count, or of how many it is a share, is hidden in
-- any of the tables that show it; k where it rounds to nought and is not; z for a share of nobody; x where not all of
-- its period can be known
with numbers as (
    select
        figures.measure_id,
        figures.period_id,
        figures.breakdown,
        figures.breakdown_value,
        figures.table_key,
        figures.row_key,
        figures.column_key
    from {{ ref('int_suppression__figures') }} as figures
    union all
    -- of how many: a table's total where it has one row, else the row's
    select
        figures.measure_id,
        figures.period_id,
        figures.breakdown,
        figures.breakdown_value,
        figures.table_key,
        case figures.totals when 'two-way' then figures.row_key else 'total' end,
        'total'
    from {{ ref('int_suppression__figures') }} as figures
    where figures.is_share
),

hidden as (
    select distinct
        numbers.measure_id,
        numbers.period_id,
        numbers.breakdown,
        numbers.breakdown_value
    from numbers
    inner join {{ ref('int_suppression__numbers') }} as counted
        on
            numbers.table_key = counted.table_key
            and numbers.row_key = counted.row_key
            and numbers.column_key = counted.column_key
    where counted.hidden_because is not null
),

declared as (
    select
        figures.table_id,
        figures.measure_id,
        figures.period_id,
        figures.breakdown,
        figures.breakdown_value
    from {{ ref('int_suppression__figures') }} as figures
    union
    -- the figure itself is asked for in every period, whether or not there is one
    select
        tables.table_id,
        tables.measure_id,
        periods.period_id,
        'total',
        'all'
    from {{ ref('published_table') }} as tables
    inner join {{ ref('int_figures__periods') }} as periods
        on
            periods.is_reported
            and (
                tables.periods = periods.period_kind
                or (tables.periods = 'halves' and periods.period_kind in ('half-year', 'year'))
            )
)

select
    declared.table_id,
    declared.measure_id,
    declared.period_id,
    declared.breakdown,
    declared.breakdown_value,
    case
        when known.measure_id is null then 'x'
        when counts.measure_id is null then 'z'
        when hidden.measure_id is not null then 'c'
        when counts.value_as_published = 0 and counts.numerator > 0 then 'k'
        else counts.value_as_published::text
    end as suppressed_value
from declared
left join {{ ref('int_figures__known_periods') }} as known
    on declared.measure_id = known.measure_id and declared.period_id = known.period_id
left join {{ ref('int_figures__counts') }} as counts
    on
        declared.measure_id = counts.measure_id
        and declared.period_id = counts.period_id
        and declared.breakdown = counts.breakdown
        and declared.breakdown_value = counts.breakdown_value
left join hidden
    on
        declared.measure_id = hidden.measure_id
        and declared.period_id = hidden.period_id
        and declared.breakdown = hidden.breakdown
        and declared.breakdown_value = hidden.breakdown_value
