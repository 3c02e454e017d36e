-- the days on which positions are shown: every month end that a source of care shows, up to as_at, and as_at itself
with month_ends as (
    select (date_trunc('month', series.day) + interval '1 month - 1 day')::date as position_date
    from
        generate_series(
            date_trunc('month', (select min(shown.from_day) from {{ ref('int_run__care_shown') }} as shown)::timestamp),
            {{ as_at() }}::timestamp,
            interval '1 month'
        ) as series (day)
),

days as (
    select month_ends.position_date
    from month_ends
    where
        month_ends.position_date <= {{ as_at() }}
        and exists (
            select from {{ ref('int_run__care_shown') }} as shown
            where shown.from_day <= month_ends.position_date and shown.to_day > month_ends.position_date
        )
    union
    select {{ as_at() }}
)

select
    days.position_date,
    days.position_date
    = (date_trunc('month', days.position_date::timestamp) + interval '1 month - 1 day')::date as is_month_end,
    days.position_date = {{ as_at() }} as is_as_at
from days
