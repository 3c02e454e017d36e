-- who answers for each child in care or on a plan on each position day, who manages them, and since when nobody does
with children as (
    select
        listed.child_ref,
        listed.position_date,
        max(listed.started_on) as started_on
    from (
        select
            children.child_ref,
            children.position_date,
            children.started_on
        from {{ ref('int_positions__children') }} as children
        union all
        select
            children.child_ref,
            children.position_date,
            children.started_on
        from {{ ref('int_positions__protection_children') }} as children
        where not children.is_in_care
    ) as listed
    group by listed.child_ref, listed.position_date
),

answering as (
    select
        children.child_ref,
        children.position_date,
        children.started_on,
        spells.iro_id,
        spells.social_worker_id,
        spells.team_id
    from children
    left join {{ ref('int_people__allocation_spells') }} as spells
        on
            children.child_ref = spells.child_ref
            and children.position_date >= spells.from_day
            and children.position_date < spells.to_day
),

unallocated as (
    -- since the last one left, in this period of care or on this plan
    select
        answering.child_ref,
        answering.position_date,
        greatest(answering.started_on, max(spells.to_day) filter (where spells.iro_id is not null)) as no_iro_since,
        greatest(answering.started_on, max(spells.to_day) filter (where spells.social_worker_id is not null))
            as no_social_worker_since
    from answering
    left join {{ ref('int_people__allocation_spells') }} as spells
        on answering.child_ref = spells.child_ref and answering.position_date >= spells.to_day
    where answering.iro_id is null or answering.social_worker_id is null
    group by answering.child_ref, answering.position_date, answering.started_on
)

select
    answering.child_ref,
    answering.position_date,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    managers.team_manager_id,
    managers.service_manager_id,
    unallocated.no_iro_since,
    unallocated.no_social_worker_since
from answering
left join unallocated
    on answering.child_ref = unallocated.child_ref and answering.position_date = unallocated.position_date
left join {{ ref('int_positions__managers') }} as managers
    on answering.team_id = managers.team_id and answering.position_date = managers.position_date
