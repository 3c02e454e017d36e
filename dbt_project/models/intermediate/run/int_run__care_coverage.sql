-- where each source of care speaks: a return its own year alone (the first return held also what came before),
-- an extract from its first day of the seed on. The first of the sources that delivered also speaks of the days of
-- those before it: a council that loads no returns has its past from the extract.
with slices as (
    select distinct
        batches.source,
        batches.slice
    from {{ ref('int_run__batches') }} as batches
),

spoken as (
    select
        speaks_for.source,
        speaks_for.to_day,
        case
            when speaks_for.from_day = min(speaks_for.from_day) over () then date '1900-01-01'
            else speaks_for.from_day
        end as from_day
    from {{ ref('speaks_for') }} as speaks_for
    where
        speaks_for.concept = 'care'
        and speaks_for.source in (select slices.source from slices)
),

returns as (
    select
        slices.source,
        slices.slice,
        make_date(left(slices.slice, 4)::integer, 4, 1) as from_day,
        make_date(left(slices.slice, 4)::integer + 1, 4, 1) as to_day,
        slices.slice = min(slices.slice) over (partition by slices.source) as is_first
    from slices
    where slices.source = 'ssda903'
),

extracts as (
    select
        slices.source,
        slices.slice,
        date '1900-01-01' as from_day,
        date '2100-01-01' as to_day,
        true as is_first
    from slices
    where slices.source = 'ssd'
),

speaking as (
    select * from returns
    union all
    select * from extracts
)

select
    speaking.source,
    speaking.slice,
    speaking.is_first,
    greatest(spoken.from_day, speaking.from_day) as from_day,
    least(spoken.to_day, speaking.to_day) as to_day
from speaking
inner join spoken on speaking.source = spoken.source
where greatest(spoken.from_day, speaking.from_day) < least(spoken.to_day, speaking.to_day)
