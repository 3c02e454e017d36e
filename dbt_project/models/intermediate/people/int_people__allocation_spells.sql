-- who answered for a child on each day: one join on child and day gives a fact its IRO, social worker and team.
-- Of two at a time the one allocated later.
with allocations as (
    select
        allocations.*,
        coalesce(allocations.ended_on, date '2100-01-01') as to_day
    from {{ ref('int_people__allocations') }} as allocations
    where allocations.ended_on is null or allocations.ended_on > allocations.from_day
),

boundaries as (
    select
        allocations.child_ref,
        allocations.from_day as day
    from allocations
    union
    select
        allocations.child_ref,
        allocations.to_day
    from allocations
),

spells as (
    select
        boundaries.child_ref,
        boundaries.day as from_day,
        lead(boundaries.day) over (partition by boundaries.child_ref order by boundaries.day) as to_day
    from boundaries
),

answering as (
    select distinct on (spells.child_ref, spells.from_day, allocations.role)
        spells.child_ref,
        spells.from_day,
        spells.to_day,
        allocations.role,
        allocations.professional_id,
        allocations.team_id
    from spells
    inner join allocations
        on
            spells.child_ref = allocations.child_ref
            and spells.from_day >= allocations.from_day
            and spells.from_day < allocations.to_day
    order by
        spells.child_ref, spells.from_day, allocations.role, allocations.from_day desc, allocations.involvement_id
)

select
    answering.child_ref,
    answering.from_day,
    answering.to_day,
    max(answering.professional_id) filter (where answering.role = 'IRO') as iro_id,
    max(answering.professional_id) filter (where answering.role = 'SOCIAL_WORKER') as social_worker_id,
    coalesce(
        max(answering.team_id) filter (where answering.role = 'SOCIAL_WORKER'),
        max(answering.team_id) filter (where answering.role = 'IRO')
    ) as team_id
from answering
group by answering.child_ref, answering.from_day, answering.to_day
