-- no counts: what a hidden number is made of stays in figures
with tables as (
    select distinct
        published_table.table_id,
        published_table.table_name
    from {{ ref('published_table') }} as published_table
)

select
    shown.table_id,
    tables.table_name,
    shown.measure_id,
    measure.name as measure_name,
    measure.unit,
    shown.period_id,
    periods.period_kind,
    periods.period_label,
    periods.last_day,
    shown.breakdown,
    shown.breakdown_value,
    coalesce(labels.label, shown.breakdown_value) as breakdown_label,
    shown.suppressed_value
from {{ ref('int_suppression__values') }} as shown
inner join tables on shown.table_id = tables.table_id
inner join {{ ref('measure') }} as measure on shown.measure_id = measure.measure_id
inner join {{ ref('int_figures__periods') }} as periods on shown.period_id = periods.period_id
left join {{ ref('int_figures__labels') }} as labels
    on shown.breakdown = labels.breakdown and shown.breakdown_value = labels.breakdown_value
