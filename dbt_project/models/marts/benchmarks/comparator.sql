select
    beside.benchmark_id,
    benchmark.name,
    benchmark.unit,
    benchmark.measure_id,
    beside.area,
    benchmark.period_kind,
    benchmark.period_kind || ' ' || beside.period_end as period_id,
    beside.period_end,
    beside.value,
    beside.symbol,
    symbols.meaning as symbol_meaning,
    beside.areas,
    beside.areas_with_value,
    benchmark.publisher
from {{ ref('int_benchmarks__beside') }} as beside
inner join {{ ref('benchmark') }} as benchmark on beside.benchmark_id = benchmark.benchmark_id
left join {{ ref('published_symbol') }} as symbols on beside.symbol = symbols.symbol
