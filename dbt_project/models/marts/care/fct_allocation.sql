with allocations as (
    select
        allocations.*,
        row_number() over (
            partition by allocations.child_ref, allocations.role
            order by allocations.from_day, allocations.involvement_id
        ) as allocation_number
    from {{ ref('int_people__allocations') }} as allocations
)

select
    allocations.involvement_id,
    allocations.child_ref,
    allocations.role,
    allocations.professional_id,
    allocations.team_id,
    allocations.from_day as started_on,
    allocations.ended_on,
    allocations.ended_on - allocations.from_day as days,
    allocations.ended_on is null as is_current,
    allocations.allocation_number::integer as allocation_number,
    allocations.change_reason,
    change_reason.label as change_reason_label,
    answering.iro_id,
    answering.social_worker_id,
    'ssd' as source
from allocations
left join {{ ref('code') }} as change_reason
    on allocations.change_reason = change_reason.code and change_reason.list = 'worker_change_reason'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        allocations.child_ref = answering.child_ref
        and allocations.from_day >= answering.from_day
        and allocations.from_day < answering.to_day
