-- every count and total of a published table, and why it is hidden, where it is
with limits as (
    select {{ threshold('suppression_largest_hidden_count') }} as largest
),

line_items as (
    select lines.*
    from {{ ref('int_suppression__hidden_lines') }} as lines
),

-- two-way tables of which all is in one row or one column are a line: a cell is as much as its total
two_way as (
    select
        lines.table_key,
        max(lines.line_total) as table_total,
        count(*) filter (where lines.line = 'row totals' and lines.cell_count > 0) as rows_with_any,
        count(*) filter (where lines.line = 'column totals' and lines.cell_count > 0) as columns_with_any
    from line_items as lines
    where lines.line in ('row totals', 'column totals')
    group by lines.table_key
),

unprotected as (
    select distinct protecting.table_key
    from {{ ref('int_suppression__protecting_cells') }} as protecting
    where protecting.other_row_key is null
),

corners as (
    select
        protecting.table_key,
        protecting.other_row_key as row_key,
        protecting.column_key
    from {{ ref('int_suppression__protecting_cells') }} as protecting
    union
    select
        protecting.table_key,
        protecting.row_key,
        protecting.other_column_key
    from {{ ref('int_suppression__protecting_cells') }} as protecting
    union
    select
        protecting.table_key,
        protecting.other_row_key,
        protecting.other_column_key
    from {{ ref('int_suppression__protecting_cells') }} as protecting
),

cells as (
    select
        cells.table_key,
        cells.row_key,
        cells.column_key,
        cells.cell_count,
        case
            when cells.cell_count between 1 and limits.largest then 'small'
        end as hidden_because
    from {{ ref('int_suppression__cells') }} as cells
    cross join limits
    where cells.totals = 'none'
    union all
    select
        lines.table_key,
        lines.row_key,
        lines.column_key,
        lines.cell_count,
        lines.hidden_because
    from line_items as lines
    union all
    select
        cells.table_key,
        cells.row_key,
        cells.column_key,
        cells.cell_count,
        case
            when two_way.table_total = 0 then null
            when two_way.table_total <= limits.largest then 'whole'
            when two_way.rows_with_any = 1
                then case when row_totals.cell_count > 0 then column_totals.hidden_because end
            when two_way.columns_with_any = 1
                then case when column_totals.cell_count > 0 then row_totals.hidden_because end
            when unprotected.table_key is not null
                then
                    case
                        -- a nought is no secret where a total of nought is shown
                        when row_totals.cell_count = 0 and row_totals.hidden_because is null then null
                        when column_totals.cell_count = 0 and column_totals.hidden_because is null then null
                        else 'whole'
                    end
            when cells.cell_count between 1 and limits.largest then 'small'
            when cells.cell_count > 0 and corners.table_key is not null then 'protects'
        end
    from {{ ref('int_suppression__cells') }} as cells
    cross join limits
    inner join two_way on cells.table_key = two_way.table_key
    inner join line_items as row_totals
        on
            cells.table_key = row_totals.table_key
            and cells.row_key = row_totals.row_key
            and row_totals.line = 'row totals'
    inner join line_items as column_totals
        on
            cells.table_key = column_totals.table_key
            and cells.column_key = column_totals.column_key
            and column_totals.line = 'column totals'
    left join unprotected on cells.table_key = unprotected.table_key
    left join corners
        on
            cells.table_key = corners.table_key
            and cells.row_key = corners.row_key
            and cells.column_key = corners.column_key
    where cells.totals = 'two-way'
    union all
    -- the total of all, which other tables show too: hidden where it is small itself, never to protect
    select
        lines.table_key,
        'total',
        'total',
        lines.line_total,
        case when lines.line_total between 1 and limits.largest then 'small' end
    from line_items as lines
    cross join limits
    where lines.line in ('cells', 'row totals')
    group by lines.table_key, lines.line_total, limits.largest
)

select
    cells.table_key,
    cells.row_key,
    cells.column_key,
    cells.cell_count,
    cells.hidden_because
from cells
