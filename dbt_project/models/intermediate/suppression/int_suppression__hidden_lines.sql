-- counts that add up to a published total: the cells of a one-way table, the row totals and the column totals of a
-- two-way one. Those that are small are hidden, and as many of the next larger ones as it takes. A reader who knows the
-- total, that a small count is 1 to the largest that is hidden, and that one which protects is above it, is left with
-- so much room for every one of them. Where no choice leaves it, or the total is small itself, all of the line is
-- hidden, its noughts too: then nobody knows which is which
with limits as (
    select
        {{ threshold('suppression_largest_hidden_count') }} as largest,
        {{ threshold('suppression_least_width') }} as least_width
),

items as (
    select
        cells.table_key,
        'cells' as line,
        cells.row_key,
        cells.column_key,
        cells.cell_count
    from {{ ref('int_suppression__cells') }} as cells
    where cells.totals = 'one-way'
    union all
    select
        cells.table_key,
        'row totals',
        cells.row_key,
        'total',
        sum(cells.cell_count)::integer
    from {{ ref('int_suppression__cells') }} as cells
    where cells.totals = 'two-way'
    group by cells.table_key, cells.row_key
    union all
    select
        cells.table_key,
        'column totals',
        'total',
        cells.column_key,
        sum(cells.cell_count)::integer
    from {{ ref('int_suppression__cells') }} as cells
    where cells.totals = 'two-way'
    group by cells.table_key, cells.column_key
),

measured as (
    select
        items.*,
        items.cell_count between 1 and limits.largest as is_small,
        sum(items.cell_count) over line as line_total,
        count(*) filter (where items.cell_count between 1 and limits.largest) over line as small_items,
        -- how far the small ones together could fall, and rise
        coalesce(sum(items.cell_count - 1) filter (where items.cell_count between 1 and limits.largest) over line, 0)
            as small_fall,
        coalesce(
            sum(limits.largest - items.cell_count)
            filter (where items.cell_count between 1 and limits.largest) over line, 0
        ) as small_rise,
        -- how far this larger one, and those before it, could fall
        row_number() over larger_first as larger_number,
        sum(items.cell_count - limits.largest - 1) over larger_first as larger_fall
    from items
    cross join limits
    window
        line as (partition by items.table_key, items.line),
        larger_first as (
            partition by items.table_key, items.line, items.cell_count > limits.largest
            order by items.cell_count, items.row_key, items.column_key
        )
),

lines as (
    select
        measured.table_key,
        measured.line,
        measured.line_total,
        case
            when measured.line_total <= limits.largest then null
            when measured.small_items = 0 then 0
            -- the small ones alone: what one gains another has to lose
            when
                least(
                    measured.small_fall,
                    measured.small_rise,
                    (measured.small_items - 1) * (limits.largest - 1),
                    limits.largest - 1
                ) >= limits.least_width then 0
            else
                min(measured.larger_number) filter (
                    where
                    measured.cell_count > limits.largest
                    and measured.small_fall + measured.larger_fall >= limits.least_width
                )
        end as larger_hidden
    from measured
    cross join limits
    group by
        measured.table_key, measured.line, measured.line_total, measured.small_items, measured.small_fall,
        measured.small_rise, limits.largest, limits.least_width
)

select
    measured.table_key,
    measured.line,
    measured.row_key,
    measured.column_key,
    measured.cell_count,
    lines.line_total::integer as line_total,
    case
        when lines.line_total = 0 then null
        when lines.larger_hidden is null then 'whole'
        when measured.is_small then 'small'
        when measured.cell_count > limits.largest and measured.larger_number <= lines.larger_hidden then 'protects'
    end as hidden_because
from measured
cross join limits
inner join lines on measured.table_key = lines.table_key and measured.line = lines.line
