-- the days that the night is compared with, and whether a publication as known then is kept of each
with days as (
    select
        spans.span,
        spans.from_date
    from (
        values
        ('night before', {{ as_at() }} - 1),
        ('week before', {{ as_at() }} - 7),
        ('month end before', (date_trunc('month', {{ as_at() }}::timestamp) - interval '1 day')::date)
    ) as spans (span, from_date)
)

select
    days.span,
    days.from_date,
    exists(
        select from {{ source('ops', 'published_position') }} as positions
        where positions.as_at = days.from_date and positions.known_on = days.from_date
    ) as is_published
from days
