-- the periods that figures are given of: days, and whole months, half-years and years from 1 April, as far as anything
-- can be known and up to as_at; and the year to date at each month's end and on the night
with known as (
    select min(lower(coverage.known_days)) as from_day
    from {{ ref('int_figures__coverage') }} as coverage
),

months as (
    select
        month.first_day::date as first_day,
        (month.first_day + interval '1 month' - interval '1 day')::date as last_day,
        -- the first day of the financial year that the month belongs to
        make_date(extract(year from month.first_day - interval '3 months')::integer, 4, 1) as year_began
    from known
    cross join lateral generate_series(
        date_trunc('month', known.from_day::timestamp), {{ as_at() }}::timestamp, interval '1 month'
    ) as month (first_day)
),

spans as (
    select
        'month' as period_kind,
        months.first_day,
        months.last_day
    from months
    union all
    select
        'half-year',
        (months.last_day + interval '1 day' - interval '6 months')::date,
        months.last_day
    from months
    where extract(month from months.last_day) in (3, 9)
    union all
    select
        'year',
        months.year_began,
        months.last_day
    from months
    where extract(month from months.last_day) = 3
    union all
    select
        'year to date',
        months.year_began,
        least(months.last_day, {{ as_at() }})
    from months
    union all
    select
        'as at',
        positions.position_date as first_day,
        positions.position_date as last_day
    from {{ ref('int_positions__days') }} as positions
)

select
    spans.period_kind || ' ' || spans.last_day as period_id,
    spans.period_kind,
    spans.first_day,
    spans.last_day,
    case spans.period_kind
        when 'as at' then to_char(spans.last_day, 'FMDD FMMonth YYYY')
        when 'month' then to_char(spans.last_day, 'FMMonth YYYY')
        when 'year' then {{ financial_year('spans.last_day') }}
        else to_char(spans.first_day, 'FMMonth YYYY') || ' to ' || to_char(spans.last_day, 'FMDD FMMonth YYYY')
    end as period_label,
    -- a rate of a part of a year is a rate of the year it belongs to
    case spans.period_kind
        when 'as at' then 1
        when 'year' then 1
        when 'half-year' then 0.5
        when 'month' then 1 / 12.0
        else
            -- whole months, then days of the month begun
            (
                extract(year from age(spans.last_day + 1, spans.first_day)) * 12
                + extract(month from age(spans.last_day + 1, spans.first_day))
                + extract(day from age(spans.last_day + 1, spans.first_day)) / 30.4375
            ) / 12.0
    end::numeric as years,
    spans.period_kind in ('year', 'half-year')
    or spans.last_day = {{ as_at() }}
    or (spans.period_kind = 'as at' and to_char(spans.last_day, 'MM-DD') in ('03-31', '09-30')) as is_reported
from spans
where spans.last_day <= {{ as_at() }}
