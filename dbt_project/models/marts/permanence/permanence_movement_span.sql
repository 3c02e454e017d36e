select
    days.span,
    days.from_date,
    case when days.is_published then 'compared' else 'no publication of that day' end as comparison,
    case
        when days.is_published then count(movement.reason) filter (where movement.movement = 'new')
    end::integer as new_reasons,
    case
        when days.is_published then count(movement.reason) filter (where movement.movement = 'cleared')
    end::integer as cleared_reasons,
    case
        when days.is_published then count(movement.reason) filter (where movement.movement = 'stuck')
    end::integer as stuck_reasons
from {{ ref('int_run__earlier_days') }} as days
left join {{ ref('permanence_movement') }} as movement on days.span = movement.span
group by days.span, days.from_date, days.is_published
