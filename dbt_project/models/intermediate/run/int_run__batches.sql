-- the batches that history stands on, as far as they were known
select
    batches.source,
    batches.slice,
    batches.batch_date,
    batches.record_count,
    batches.quarantined
from {{ source('ops', 'batch_standing') }} as batches
where batches.batch_date <= {{ known_on() }}
