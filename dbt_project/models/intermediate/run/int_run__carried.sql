-- whether a source that speaks for a concept has delivered anything that was known
select
    speaks_for.concept,
    bool_or(batches.source is not null) as is_carried
from {{ ref('speaks_for') }} as speaks_for
left join {{ ref('int_run__batches') }} as batches on speaks_for.source = batches.source
where speaks_for.from_day <= {{ as_at() }} and speaks_for.to_day > {{ as_at() }}
group by speaks_for.concept
