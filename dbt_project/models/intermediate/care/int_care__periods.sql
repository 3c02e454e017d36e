-- periods of care: an extract names them, a return's follow from episodes that touch or overlap
with episodes as (
    select
        episodes.*,
        max(episodes.speaks_to) over (
            partition by episodes.source, episodes.child_ref
            order by episodes.speaks_from, episodes.speaks_to
            rows between unbounded preceding and 1 preceding
        ) as spoken_until
    from {{ ref('int_care__episodes') }} as episodes
),

islands as (
    select
        episodes.*,
        coalesce(
            episodes.source_period_id,
            sum(case when episodes.spoken_until >= episodes.speaks_from then 0 else 1 end) over (
                partition by episodes.source, episodes.child_ref
                order by episodes.speaks_from, episodes.speaks_to
                rows between unbounded preceding and current row
            )::text
        ) as island
    from episodes
),

periods as (
    select
        islands.source,
        islands.child_ref,
        islands.source_period_id,
        min(islands.started_on) as started_on,
        min(islands.speaks_from) as speaks_from,
        max(islands.speaks_to) as speaks_to,
        max(islands.covered_until) as covered_until,
        bool_or(islands.ended_on is null) as is_open,
        max(islands.ended_on) as last_ended_on,
        (array_agg(islands.category_of_need order by islands.speaks_from))[1] as category_of_need,
        (array_agg(islands.end_reason order by islands.speaks_to desc, islands.speaks_from desc))[1] as end_reason
    from islands
    group by islands.source, islands.child_ref, islands.source_period_id, islands.island
)

select
    periods.source,
    coalesce(periods.source_period_id, periods.child_ref || '|' || periods.speaks_from) as care_period_id,
    periods.child_ref,
    periods.started_on,
    periods.speaks_from,
    periods.speaks_to,
    -- open while any episode is, even where a later one has ended
    case when periods.speaks_to < periods.covered_until then coalesce(periods.last_ended_on, periods.speaks_to) end
        as ended_on,
    periods.covered_until,
    periods.category_of_need,
    case when periods.speaks_to < periods.covered_until then periods.end_reason end as end_reason,
    row_number() over (partition by periods.child_ref order by periods.started_on, periods.source) as period_number
from periods
