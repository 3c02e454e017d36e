-- where a child lived, within the period of care
with placements as (
    select
        periods.care_period_id,
        periods.child_ref,
        placements._record_key as placement_id,
        placements.clap_cla_placement_type as placement_type,
        placements.clap_cla_placement_provider as placement_provider,
        greatest(placements.clap_cla_placement_start_date, periods.started_on) as from_day,
        least(placements.clap_cla_placement_end_date, periods.ended_on) as ended_on
    from {{ ref('stg_ssd__cla_placement') }} as placements
    inner join {{ ref('int_care__periods') }} as periods
        on
            placements.clap_cla_id = periods.source_period_id
            and placements.clap_person_id = periods.child_ref
            and periods.source = 'ssd'
),

newest as (
    -- an episode that several returns tell: as the last of them has it
    select distinct on (episodes.child_ref, episodes.started_on)
        episodes.child_ref,
        episodes.placement_type,
        episodes.placement_provider,
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
        min(returned.from_day) as from_day,
        case when bool_or(returned.ended_on is null) then null else max(returned.ended_on) end as ended_on
    from returned
    group by returned.care_period_id, returned.child_ref, returned.spell
)

select
    placements.care_period_id,
    placements.child_ref,
    placements.placement_id,
    placements.placement_type,
    placements.placement_provider,
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
    returned_spells.from_day,
    returned_spells.ended_on
from returned_spells
