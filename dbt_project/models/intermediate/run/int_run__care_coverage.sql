-- where each source of care speaks: a return its own year alone (the first return held also what came before), an
-- extract, or Ofsted's workbook, from its first day of the seed on
with slices as (
    select distinct
        batches.source,
        batches.slice
    from {{ ref('int_run__batches') }} as batches
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
    where slices.source in ('ssd', 'annex_a')
),

slices_speaking as (
    select * from returns
    union all
    select * from extracts
)

select
    slices_speaking.source,
    slices_speaking.slice,
    slices_speaking.is_first,
    greatest(speaking.from_day, slices_speaking.from_day) as from_day,
    least(speaking.to_day, slices_speaking.to_day) as to_day
from slices_speaking
inner join {{ ref('int_run__speaking') }} as speaking
    on slices_speaking.source = speaking.source and speaking.concept = 'care'
where
    greatest(speaking.from_day, slices_speaking.from_day) < least(speaking.to_day, slices_speaking.to_day)
