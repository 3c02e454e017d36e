-- the periods over which what children said is counted: the month and the year to date (from 1 April) up to each day of
-- which positions are shown, where the sources of care show all of its days
with care as (
    select range_agg(daterange(shown.from_day, shown.to_day)) as shown_days
    from {{ ref('int_run__care_shown') }} as shown
),

delivered as (
    -- Mind of My Own delivers a period at a time; of its days those tell that were over when it was delivered
    select
        split_part(batches.slice, '/', 1)::date as from_day,
        least(split_part(batches.slice, '/', 2)::date, batches.batch_date + 1) as to_day
    from {{ ref('int_run__batches') }} as batches
    where batches.source = 'momo'
),

app as (
    select coalesce(range_agg(daterange(delivered.from_day, delivered.to_day)), '{}'::datemultirange) as told_days
    from delivered
    where delivered.from_day < delivered.to_day
),

periods as (
    select
        'month' as period_kind,
        date_trunc('month', days.position_date)::date as period_start,
        days.position_date as period_end
    from {{ ref('int_positions__days') }} as days
    union all
    select
        'year to date',
        (date_trunc('year', days.position_date - interval '3 months') + interval '3 months')::date,
        days.position_date
    from {{ ref('int_positions__days') }} as days
)

select
    periods.period_kind,
    periods.period_start,
    periods.period_end,
    app.told_days @> daterange(periods.period_start, periods.period_end, '[]') as are_statements_told
from periods
cross join care
cross join app
where care.shown_days @> daterange(periods.period_start, periods.period_end, '[]')
