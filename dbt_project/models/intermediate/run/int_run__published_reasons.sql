-- the worklists of the days that the night is compared with, as known then
select
    days.span,
    days.from_date,
    reasons.child_ref,
    reasons.reason,
    reasons.since_date
from {{ ref('int_run__earlier_days') }} as days
inner join {{ source('ops', 'published_reason') }} as reasons
    on days.from_date = reasons.as_at and days.from_date = reasons.known_on
