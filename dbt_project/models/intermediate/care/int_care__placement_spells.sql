-- where a child lived, within the period of care, and which placements were with the same carer
with reasons as (
    -- why a placement began stands on the first of its episodes. (Only an extract names placements and periods: asked
    -- for its name besides, the planner expects a handful of rows)
    select distinct on (episodes.child_ref, episodes.source_period_id, episodes.placement_id)
        episodes.child_ref,
        episodes.source_period_id,
        episodes.placement_id,
        episodes.start_reason
    from {{ ref('int_care__episodes') }} as episodes
    where episodes.placement_id is not null
    order by episodes.child_ref, episodes.source_period_id, episodes.placement_id, episodes.speaks_from
),

households as (
    -- of several households the one approved last
    select distinct on (household_placements.placement_id)
        household_placements.placement_id,
        household_placements.household_id
    from {{ ref('stg_cssu__household_placements') }} as household_placements
    left join {{ ref('stg_cssu__foster_households') }} as approved
        on household_placements.household_id = approved.household_id
    where household_placements.placement_id is not null
    order by
        household_placements.placement_id, approved.approved_date desc nulls last, household_placements.household_id
),

placements as (
    select
        periods.care_period_id,
        periods.child_ref,
        placements._record_key as placement_id,
        placements.clap_cla_placement_type as placement_type,
        placements.clap_cla_placement_provider as placement_provider,
        placements.clap_cla_placement_urn as urn,
        {{ postcode_district('placements.clap_cla_placement_postcode') }} as district,
        -- the standard's way of saying that it can't be said
        nullif(placements.clap_cla_placement_distance, 999.9) as distance_miles,
        placements.clap_cla_placement_change_reason as change_reason,
        reasons.start_reason,
        households.household_id,
        greatest(placements.clap_cla_placement_start_date, periods.started_on) as from_day,
        least(placements.clap_cla_placement_end_date, periods.ended_on) as ended_on
    from {{ ref('stg_ssd__cla_placement') }} as placements
    inner join {{ ref('int_care__periods') }} as periods
        on placements.clap_cla_id = periods.source_period_id and placements.clap_person_id = periods.child_ref
    left join reasons
        on
            placements.clap_person_id = reasons.child_ref
            and placements.clap_cla_id = reasons.source_period_id
            and placements._record_key = reasons.placement_id
    left join households on placements._record_key = households.placement_id
),

newest as (
    -- an episode that several returns tell: as the last of them has it
    select distinct on (episodes.child_ref, episodes.started_on)
        episodes.child_ref,
        episodes.placement_type,
        episodes.placement_provider,
        episodes.placement_district,
        episodes.change_reason,
        episodes.start_reason,
        episodes.started_on,
        episodes.speaks_from,
        episodes.ended_on
    from {{ ref('int_care__episodes') }} as episodes
    where episodes.source = 'ssda903'
    order by episodes.child_ref, episodes.started_on, episodes.slice desc
),

returned as (
    select
        periods.care_period_id,
        periods.child_ref,
        episodes.placement_type,
        episodes.placement_provider,
        episodes.placement_district,
        episodes.change_reason,
        episodes.start_reason,
        episodes.started_on as from_day,
        episodes.ended_on,
        -- a change of legal status alone is no change of placement
        sum(case when episodes.start_reason = 'L' then 0 else 1 end) over (
            partition by periods.care_period_id order by episodes.started_on, episodes.speaks_from
        ) as spell
    from newest as episodes
    inner join {{ ref('int_care__periods') }} as periods
        on
            episodes.child_ref = periods.child_ref
            and periods.source = 'ssda903'
            and episodes.speaks_from >= periods.speaks_from
            and episodes.speaks_from < periods.speaks_to
),

returned_spells as (
    select
        returned.care_period_id,
        returned.child_ref,
        returned.care_period_id || '|' || min(returned.from_day) || '|' || returned.spell as placement_id,
        (array_agg(returned.placement_type order by returned.from_day desc))[1] as placement_type,
        (array_agg(returned.placement_provider order by returned.from_day desc))[1] as placement_provider,
        (array_agg(returned.placement_district order by returned.from_day desc))[1] as district,
        (array_agg(returned.change_reason order by returned.from_day desc))[1] as change_reason,
        (array_agg(returned.start_reason order by returned.from_day))[1] as start_reason,
        min(returned.from_day) as from_day,
        case when bool_or(returned.ended_on is null) then null else max(returned.ended_on) end as ended_on
    from returned
    group by returned.care_period_id, returned.child_ref, returned.spell
),

annexed as (
    -- the most recent placement alone
    select
        periods.care_period_id,
        periods.child_ref,
        periods.care_period_id || '|' || children.placement_start_date as placement_id,
        placement_types.code as placement_type,
        providers.code as placement_provider,
        children.placement_urn as urn,
        {{ postcode_district('children.placement_postcode') }} as district,
        greatest(children.placement_start_date, periods.started_on) as from_day,
        periods.ended_on
    from {{ ref('stg_annex_a__children_in_care') }} as children
    inner join {{ ref('int_care__periods') }} as periods
        on
            children.child_unique_id = periods.child_ref
            and children.care_start_date = periods.started_on
            and periods.source = 'annex_a'
    -- a group that the workbook has and the code list has not is no kind of placement
    left join {{ ref('code') }} as placement_types
        on children.placement_type = placement_types.code and placement_types.list = 'placement_type'
    left join {{ ref('code') }} as providers
        on children.placement_provider = providers.code and providers.list = 'placement_provider'
    where children.placement_start_date is not null
),

told as (
    select
        placements.care_period_id,
        placements.child_ref,
        placements.placement_id,
        placements.placement_type,
        placements.placement_provider,
        placements.urn,
        placements.district,
        placements.distance_miles,
        placements.household_id,
        placements.start_reason,
        placements.change_reason,
        placements.from_day,
        placements.ended_on
    from placements
    where placements.from_day is not null and placements.from_day < coalesce(placements.ended_on, date '2100-01-01')
    union all
    select
        returned_spells.care_period_id,
        returned_spells.child_ref,
        returned_spells.placement_id,
        returned_spells.placement_type,
        returned_spells.placement_provider,
        null::text,
        returned_spells.district,
        null::numeric,
        null::text,
        returned_spells.start_reason,
        returned_spells.change_reason,
        returned_spells.from_day,
        returned_spells.ended_on
    from returned_spells
    union all
    select
        annexed.care_period_id,
        annexed.child_ref,
        annexed.placement_id,
        annexed.placement_type,
        annexed.placement_provider,
        annexed.urn,
        annexed.district,
        null::numeric,
        null::text,
        null::text,
        null::text,
        annexed.from_day,
        annexed.ended_on
    from annexed
    where annexed.from_day < coalesce(annexed.ended_on, date '2100-01-01')
),

grouped as (
    select
        told.*,
        placement_group.placement_group,
        coalesce(placement_group.is_temporary, false) as is_temporary,
        coalesce(placement_group.is_with_current_carer, false) as is_with_current_carer,
        coalesce(placement_group.is_meant_to_last, false) as is_meant_to_last
    from told
    left join {{ ref('placement_group') }} as placement_group on told.placement_type = placement_group.code
),

followed as (
    -- beside each placement the lasting one before it, and whether the child was away for a while in between
    select
        grouped.*,
        lag(grouped.placement_id) over lasting as placement_before,
        lag(grouped.placement_type) over lasting as type_before,
        lag(grouped.placement_provider) over lasting as provider_before,
        lag(grouped.urn) over lasting as urn_before,
        lag(grouped.district) over lasting as district_before,
        lag(grouped.household_id) over lasting as household_before,
        lag(grouped.change_reason) over lasting as change_reason_before,
        coalesce(lag(grouped.is_temporary) over every, false) as is_back
    from grouped
    window
        lasting as (
            partition by grouped.care_period_id, grouped.is_temporary
            order by grouped.from_day, grouped.ended_on, grouped.placement_id
        ),
        every as (
            partition by grouped.care_period_id order by grouped.from_day, grouped.ended_on, grouped.placement_id
        )
),

begun as (
    select
        followed.*,
        case
            -- a temporary move takes a child from no carer
            when followed.is_temporary then 0
            when followed.placement_before is null then 1
            -- adopted by those who foster the child
            when followed.is_with_current_carer then 0
            -- back to where the child was before: the reason then tells of the temporary move
            when
                followed.is_back
                and coalesce(
                    followed.household_id = followed.household_before,
                    followed.placement_type is not distinct from followed.type_before
                    and followed.placement_provider is not distinct from followed.provider_before
                    and followed.urn is not distinct from followed.urn_before
                    and followed.district is not distinct from followed.district_before
                ) then 0
            when followed.start_reason in ('T', 'U', 'L') then 0
            when followed.start_reason is null and followed.change_reason_before = 'PLACE' then 0
            else 1
        end as begins_carer
    from followed
)

select
    begun.care_period_id,
    begun.child_ref,
    begun.placement_id,
    begun.placement_type,
    begun.placement_provider,
    begun.placement_group,
    begun.is_temporary,
    begun.is_meant_to_last,
    begun.start_reason,
    begun.change_reason,
    begun.household_id,
    begun.distance_miles,
    case
        when begun.district is null then 'not recorded'
        when own.district is not null then 'in area'
        else 'out of area'
    end as area,
    -- empty of a temporary move before any carer
    nullif(
        sum(begun.begins_carer) over (
            partition by begun.care_period_id order by begun.from_day, begun.ended_on, begun.placement_id
        ), 0
    )::integer as carer_number,
    begun.from_day,
    begun.ended_on
from begun
left join {{ ref('council_postcode_district') }} as own on begun.district = own.district
