-- who was in care or on a plan on the days that the night is compared with, as known then
select
    days.span,
    days.from_date,
    positions.concerns,
    positions.child_ref,
    positions.iro_id,
    positions.team_id
from {{ ref('int_run__earlier_days') }} as days
inner join {{ source('ops', 'published_position') }} as positions
    on days.from_date = positions.as_at and days.from_date = positions.known_on
