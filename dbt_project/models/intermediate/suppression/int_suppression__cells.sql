-- the counts that published tables are made of: of a share also those who are not in it, whom a reader can work out
select
    figures.table_key,
    figures.row_key,
    figures.column_key,
    figures.numerator as cell_count,
    figures.totals
from {{ ref('int_suppression__figures') }} as figures
where not figures.is_total
union all
select
    figures.table_key,
    figures.row_key,
    'the rest',
    (max(figures.denominator) - sum(figures.numerator))::integer,
    min(figures.totals)
from {{ ref('int_suppression__figures') }} as figures
where figures.is_share and not figures.is_total
group by figures.table_key, figures.row_key
