-- of which days a source that speaks for who is in care also shows where children lived and under which status: an
-- extract shows both for some years only
with shown as (
    select max(shown_from.from_day) as from_day
    from {{ ref('int_run__shown_from') }} as shown_from
    where shown_from.table_name in ('cla_placement', 'legal_status')
),

workbook as (
    -- Ofsted's workbook shows what there is on its day
    select min(batches.batch_date) as from_day
    from {{ ref('int_run__batches') }} as batches
    where batches.source = 'annex_a'
)

select
    coverage.source,
    coverage.slice,
    case
        when coverage.source = 'ssd' then greatest(coverage.from_day, shown.from_day)
        when coverage.source = 'annex_a' then greatest(coverage.from_day, workbook.from_day)
        else coverage.from_day
    end as from_day,
    coverage.to_day
from {{ ref('int_run__care_coverage') }} as coverage
cross join shown
cross join workbook
