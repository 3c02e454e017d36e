-- for each hidden cell and total of a two-way table, three others that are hidden with it: the cells at the corners of
-- two rows and two columns can change together, so many more here and fewer there, and no total changes. A total may be
-- a corner where it is hidden itself: it rises with its cell. Of the ways that leave room enough the one which hides
-- the least; one row without corners where there is none
with limits as (
    select {{ threshold('suppression_least_width') }} as least_width
),

hidden as (
    select cells.*
    from {{ ref('int_suppression__movable_cells') }} as cells
    where cells.hidden_because is not null
),

corners as (
    select
        hidden.table_key,
        hidden.row_key,
        hidden.column_key,
        hidden.can_rise,
        hidden.can_fall,
        other_row.row_key as other_row_key,
        other_row.can_rise as row_can_rise,
        other_row.can_fall as row_can_fall,
        other_column.column_key as other_column_key,
        other_column.can_rise as column_can_rise,
        other_column.can_fall as column_can_fall,
        opposite.can_rise as opposite_can_rise,
        opposite.can_fall as opposite_can_fall,
        -- two cells of a line make up for each other; a cell and its total change alike
        hidden.is_column_total <> other_row.is_column_total as row_changes_alike,
        hidden.is_row_total <> other_column.is_row_total as column_changes_alike,
        case when other_row.hidden_because is null then other_row.cell_count else 0 end
        + case when other_column.hidden_because is null then other_column.cell_count else 0 end
        + case when opposite.hidden_because is null then opposite.cell_count else 0 end as newly_hidden
    from hidden
    inner join {{ ref('int_suppression__movable_cells') }} as other_row
        on
            hidden.table_key = other_row.table_key
            and hidden.column_key = other_row.column_key
            and hidden.row_key <> other_row.row_key
    inner join {{ ref('int_suppression__movable_cells') }} as other_column
        on
            hidden.table_key = other_column.table_key
            and hidden.row_key = other_column.row_key
            and hidden.column_key <> other_column.column_key
    inner join {{ ref('int_suppression__movable_cells') }} as opposite
        on
            hidden.table_key = opposite.table_key
            and other_row.row_key = opposite.row_key
            and other_column.column_key = opposite.column_key
),

rectangles as (
    select
        corners.table_key,
        corners.row_key,
        corners.column_key,
        corners.other_row_key,
        corners.other_column_key,
        corners.newly_hidden,
        least(
            corners.can_rise,
            case when corners.row_changes_alike then corners.row_can_rise else corners.row_can_fall end,
            case when corners.column_changes_alike then corners.column_can_rise else corners.column_can_fall end,
            case
                when corners.row_changes_alike = corners.column_changes_alike then corners.opposite_can_rise
                else corners.opposite_can_fall
            end
        )
        + least(
            corners.can_fall,
            case when corners.row_changes_alike then corners.row_can_fall else corners.row_can_rise end,
            case when corners.column_changes_alike then corners.column_can_fall else corners.column_can_rise end,
            case
                when corners.row_changes_alike = corners.column_changes_alike then corners.opposite_can_fall
                else corners.opposite_can_rise
            end
        ) as width
    from corners
)

select distinct on (hidden.table_key, hidden.row_key, hidden.column_key)
    hidden.table_key,
    hidden.row_key,
    hidden.column_key,
    rectangles.other_row_key,
    rectangles.other_column_key
from hidden
cross join limits
left join rectangles
    on
        hidden.table_key = rectangles.table_key
        and hidden.row_key = rectangles.row_key
        and hidden.column_key = rectangles.column_key
        and limits.least_width <= rectangles.width
order by
    hidden.table_key, hidden.row_key, hidden.column_key,
    rectangles.newly_hidden, rectangles.other_row_key, rectangles.other_column_key
