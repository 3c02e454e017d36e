with newest as (
    -- each night's batch of a slice replaces the one before: its records are counted once
    select distinct on (batches.source, batches.slice)
        batches.source,
        batches.slice,
        batches.batch_date,
        batches.record_count
    from {{ ref('int_run__batches') }} as batches
    order by batches.source, batches.slice, batches.batch_date desc
)

select
    newest.source,
    max(newest.batch_date) as newest_batch_date,
    {{ known_on() }} - max(newest.batch_date) as days_old,
    count(*)::integer as slices,
    sum(newest.record_count)::bigint as records
from newest
group by newest.source
