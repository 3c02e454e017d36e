-- episodes of care of every source in one shape. A return speaks for its own year alone: its episodes are cut to it.
-- The end date alone closes an episode.
with extracted as (
    select
        episodes.*,
        -- how long the period of care lasts: one that goes on is told whole, from its first day
        max(coalesce(episodes.clae_cla_episode_ceased_date, date '2100-01-01')) over (
            partition by episodes.clae_person_id, episodes.clae_cla_id
        ) as period_until
    from {{ ref('stg_ssd__cla_episodes') }} as episodes
    where episodes.clae_person_id is not null and episodes.clae_cla_episode_start_date is not null
),

ssd as (
    select
        'ssd' as source,
        coverage.slice,
        episodes._record_key as episode_key,
        episodes.clae_person_id as child_ref,
        episodes.clae_cla_id as source_period_id,
        -- the day the whole period began stands on each of its episodes, also where the first are out of sight
        least(episodes.clae_cla_episode_start_date, episodes.clae_entered_care_date) as started_on,
        episodes.clae_cla_episode_ceased_date as ended_on,
        episodes.clae_cla_episode_start_date as speaks_from,
        coalesce(episodes.clae_cla_episode_ceased_date, coverage.to_day) as speaks_to,
        coverage.from_day as covered_from,
        episodes.clae_cla_episode_start_reason as start_reason,
        episodes.clae_cla_episode_ceased_reason as end_reason,
        episodes.clae_cla_primary_need_code as category_of_need,
        null::text as legal_status,
        episodes.clae_cla_placement_id as placement_id,
        null::text as placement_type,
        null::text as placement_provider,
        null::text as placement_district,
        null::text as change_reason,
        coverage.to_day as covered_until
    from extracted as episodes
    inner join {{ ref('int_run__care_coverage') }} as coverage on coverage.source = 'ssd'
    -- a period that was over before the source began to speak is told by the one before it
    where episodes.period_until > coverage.from_day
),

returned as (
    select
        'ssda903' as source,
        coverage.slice,
        episodes._slice || '|' || episodes._record_key as episode_key,
        episodes.child as child_ref,
        null::text as source_period_id,
        episodes.decom as started_on,
        episodes.dec as ended_on,
        case when coverage.is_first then episodes.decom else greatest(episodes.decom, coverage.from_day) end
            as speaks_from,
        least(coalesce(episodes.dec, coverage.to_day), coverage.to_day) as speaks_to,
        case when coverage.is_first then episodes.decom else coverage.from_day end as covered_from,
        episodes.rne as start_reason,
        episodes.rec as end_reason,
        episodes.cin as category_of_need,
        episodes.ls as legal_status,
        null::text as placement_id,
        episodes.place as placement_type,
        episodes.place_provider as placement_provider,
        {{ postcode_district('episodes.pl_post') }} as placement_district,
        episodes.reason_place_change as change_reason,
        coverage.to_day as covered_until
    from {{ ref('stg_ssda903__episodes') }} as episodes
    inner join {{ ref('int_run__care_coverage') }} as coverage
        on episodes._slice = coverage.slice and coverage.source = 'ssda903'
    where episodes.child is not null and episodes.decom is not null
),

annexed as (
    -- Ofsted's workbook has a row a period: its statuses and placements are read where they are told
    select
        'annex_a' as source,
        coverage.slice,
        children._record_key as episode_key,
        children.child_unique_id as child_ref,
        null::text as source_period_id,
        children.care_start_date as started_on,
        children.care_end_date as ended_on,
        children.care_start_date as speaks_from,
        coalesce(children.care_end_date, coverage.to_day) as speaks_to,
        coverage.from_day as covered_from,
        null::text as start_reason,
        children.end_reason,
        children.category_of_need,
        null::text as legal_status,
        null::text as placement_id,
        null::text as placement_type,
        null::text as placement_provider,
        null::text as placement_district,
        null::text as change_reason,
        coverage.to_day as covered_until
    from {{ ref('stg_annex_a__children_in_care') }} as children
    inner join {{ ref('int_run__care_coverage') }} as coverage on coverage.source = 'annex_a'
    where
        children.child_unique_id is not null
        and children.care_start_date is not null
        and coalesce(children.care_end_date, coverage.to_day) > coverage.from_day
),

every_source as (
    select * from ssd
    union all
    select * from returned
    union all
    select * from annexed
)

select
    every_source.source,
    every_source.slice,
    every_source.episode_key,
    every_source.child_ref,
    every_source.source_period_id,
    every_source.started_on,
    every_source.speaks_from,
    every_source.speaks_to,
    -- an end after what the source speaks for is not known from it
    case when every_source.ended_on < every_source.covered_until then every_source.ended_on end as ended_on,
    every_source.start_reason,
    every_source.end_reason,
    every_source.category_of_need,
    every_source.legal_status,
    every_source.placement_id,
    every_source.placement_type,
    every_source.placement_provider,
    every_source.placement_district,
    every_source.change_reason,
    every_source.covered_from,
    every_source.covered_until
from every_source
where every_source.speaks_from < every_source.speaks_to
