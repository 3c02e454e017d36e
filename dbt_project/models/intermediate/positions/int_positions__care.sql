-- under what status, where and with whom a child in care lives on each position day, and how settled that is
with statuses as (
    select
        children.child_ref,
        children.position_date,
        spells.legal_status,
        spells.care_basis,
        spells.from_day
    from {{ ref('int_positions__children') }} as children
    inner join {{ ref('int_care__legal_spells') }} as spells
        on
            children.spoken_period_id = spells.care_period_id
            and children.position_date >= spells.from_day
            and children.position_date < spells.to_day
),

begun as (
    select
        children.child_ref,
        children.position_date,
        spells.care_period_id,
        spells.placement_id,
        spells.placement_type,
        spells.placement_group,
        spells.placement_provider,
        spells.carer_number,
        spells.area,
        spells.distance_miles,
        spells.from_day,
        spells.ended_on is null or spells.ended_on > children.position_date as is_open,
        not spells.is_temporary
        and coalesce(spells.ended_on > (children.position_date - interval '1 year')::date, true) as is_counted_in_year
    from {{ ref('int_positions__children') }} as children
    inner join {{ ref('int_care__placement_spells') }} as spells
        on children.spoken_period_id = spells.care_period_id and children.position_date >= spells.from_day
),

-- of two at a time the later one
placements as (
    select distinct on (begun.child_ref, begun.position_date) begun.*
    from begun
    where begun.is_open
    order by begun.child_ref, begun.position_date, begun.from_day desc, begun.placement_id desc
),

moves as (
    select
        begun.child_ref,
        begun.position_date,
        count(distinct begun.carer_number) filter (where begun.is_counted_in_year)::integer as placements_in_year,
        max(begun.carer_number) - 1 as placement_moves
    from begun
    group by begun.child_ref, begun.position_date
)

select
    children.child_ref,
    children.position_date,
    statuses.legal_status,
    coalesce(statuses.care_basis, 'full') as care_basis,
    statuses.from_day as legal_status_since,
    coalesce(
        statuses.legal_status = 'V2'
        and {{ months_after('statuses.from_day', threshold('section_20_months')) }} < children.position_date,
        false
    ) as section_20_over_3_months,
    placements.placement_id,
    placements.placement_type,
    placements.placement_group,
    placements.placement_provider,
    placements.from_day as placement_since,
    case
        when placements.placement_group = 'fostering' then placements.placement_provider = 'PR1'
    end as is_in_house_fostering,
    coalesce(placements.area, 'not recorded') as area,
    placements.distance_miles,
    coalesce(moves.placements_in_year, 0) as placements_in_year,
    coalesce(moves.placement_moves, 0) as placement_moves,
    carers.from_day as carer_since,
    children.started_on <= {{ months_after('children.position_date', '-' ~ threshold('long_in_care_months')) }}
        as is_long_in_care,
    carers.from_day <= {{ months_after('children.position_date', '-' ~ threshold('settled_months')) }}
        as same_placement_two_years,
    -- with adopters the time with the carers before counts too (Department for Education)
    case
        when placements.placement_group = 'placed for adoption'
            then least(carers.from_day, carers_before.from_day)
        else carers.from_day
    end <= {{ months_after('children.position_date', '-' ~ threshold('settled_months')) }} as same_carer_two_years,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    answering.team_manager_id,
    answering.service_manager_id
from {{ ref('int_positions__children') }} as children
left join statuses on children.child_ref = statuses.child_ref and children.position_date = statuses.position_date
left join placements on children.child_ref = placements.child_ref and children.position_date = placements.position_date
left join moves on children.child_ref = moves.child_ref and children.position_date = moves.position_date
left join {{ ref('int_care__carer_spells') }} as carers
    on placements.care_period_id = carers.care_period_id and placements.carer_number = carers.carer_number
left join {{ ref('int_care__carer_spells') }} as carers_before
    on
        placements.care_period_id = carers_before.care_period_id
        and placements.carer_number - 1 = carers_before.carer_number
inner join {{ ref('int_positions__answering') }} as answering
    on children.child_ref = answering.child_ref and children.position_date = answering.position_date
