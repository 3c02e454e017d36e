select
    batches.source,
    max(batches.batch_date) as newest_batch_date,
    {{ known_on() }} - max(batches.batch_date) as days_old,
    count(distinct batches.slice)::integer as slices,
    sum(batches.record_count)::bigint as records
from {{ ref('int_run__batches') }} as batches
group by batches.source
