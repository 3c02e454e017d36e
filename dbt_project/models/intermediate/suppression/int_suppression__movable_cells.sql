-- what of a two-way table a reader would not know, cells and totals: how far each could rise and fall. A cell that is
-- not small would have to be hidden first. Noughts are shown, and stay; but for a line of totals that is hidden whole
with limits as (
    select {{ threshold('suppression_largest_hidden_count') }} as largest
),

unknown as (
    select
        cells.table_key,
        cells.row_key,
        cells.column_key,
        cells.cell_count,
        false as is_row_total,
        false as is_column_total,
        case when cells.cell_count <= limits.largest then 'small' end as hidden_because
    from {{ ref('int_suppression__cells') }} as cells
    cross join limits
    where cells.totals = 'two-way' and cells.cell_count > 0
    union all
    select
        lines.table_key,
        lines.row_key,
        lines.column_key,
        lines.cell_count,
        lines.line = 'row totals',
        lines.line = 'column totals',
        lines.hidden_because
    from {{ ref('int_suppression__hidden_lines') }} as lines
    where lines.line in ('row totals', 'column totals') and lines.hidden_because is not null
)

select
    unknown.table_key,
    unknown.row_key,
    unknown.column_key,
    unknown.cell_count,
    unknown.is_row_total,
    unknown.is_column_total,
    unknown.hidden_because,
    case when unknown.hidden_because = 'small' then limits.largest - unknown.cell_count else 1000000000 end as can_rise,
    unknown.cell_count - case
        when unknown.hidden_because = 'small' then 1
        when unknown.hidden_because = 'whole' then 0
        else limits.largest + 1
    end as can_fall
from unknown
cross join limits
