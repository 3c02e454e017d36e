-- whether the source that speaks for a concept has delivered anything that was known, by the days it speaks for
select
    speaks_for.concept,
    speaks_for.from_day,
    speaks_for.to_day,
    bool_or(batches.source is not null) as is_carried
from {{ ref('speaks_for') }} as speaks_for
left join {{ ref('int_run__batches') }} as batches on speaks_for.source = batches.source
group by speaks_for.concept, speaks_for.from_day, speaks_for.to_day
