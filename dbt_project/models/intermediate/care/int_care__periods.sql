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

gathered as (
    select
        islands.source,
        islands.child_ref,
        islands.source_period_id,
        min(islands.started_on) as started_on,
        min(islands.speaks_from) as first_day,
        min(islands.covered_from) as covered_from,
        max(islands.speaks_to) as speaks_to,
        max(islands.covered_until) as covered_until,
        max(islands.ended_on) as last_ended_on,
        (array_agg(islands.category_of_need order by islands.speaks_from))[1] as category_of_need,
        (array_agg(islands.end_reason order by islands.speaks_to desc, islands.speaks_from desc))[1] as end_reason
    from islands
    group by islands.source, islands.child_ref, islands.source_period_id, islands.island
),

shared as (
    -- one id on the episodes of two children: each child has a period of their own all the same
    select gathered.source_period_id
    from gathered
    where gathered.source_period_id is not null
    group by gathered.source_period_id
    having count(*) > 1
),

periods as (
    select
        gathered.source,
        case
            when gathered.source_period_id is null then gathered.child_ref || '|' || gathered.first_day
            when shared.source_period_id is not null then gathered.source_period_id || '|' || gathered.child_ref
            else gathered.source_period_id
        end as care_period_id,
        gathered.child_ref,
        gathered.source_period_id,
        gathered.started_on,
        -- an extract that tells a period whole still speaks of the days of its own alone
        greatest(gathered.first_day, gathered.covered_from) as speaks_from,
        gathered.speaks_to,
        -- open while any episode is, even where a later one has ended
        case
            when gathered.speaks_to < gathered.covered_until then coalesce(gathered.last_ended_on, gathered.speaks_to)
        end as ended_on,
        gathered.covered_until,
        gathered.category_of_need,
        case when gathered.speaks_to < gathered.covered_until then gathered.end_reason end as end_reason
    from gathered
    left join shared on gathered.source_period_id = shared.source_period_id
),

newest_day as (
    select max(coverage.to_day) as to_day
    from {{ ref('int_run__care_coverage') }} as coverage
),

told_whole as (
    -- a period that goes on into the days of the extract is told by it from its first day: it is one period, not two
    select distinct on (returned.care_period_id)
        returned.care_period_id,
        extracted.care_period_id as whole_period_id,
        returned.started_on
    from periods as returned
    inner join periods as extracted
        on
            returned.child_ref = extracted.child_ref
            and extracted.source <> 'ssda903'
            and returned.speaks_to > extracted.started_on
            and (extracted.ended_on is null or returned.started_on < extracted.ended_on)
    where returned.source = 'ssda903'
    order by returned.care_period_id, extracted.started_on, extracted.care_period_id
),

began as (
    -- of the days before the extract's own the return has the say, also of how early the period began
    select
        told_whole.whole_period_id,
        min(told_whole.started_on) as started_on
    from told_whole
    group by told_whole.whole_period_id
)

select
    periods.source,
    periods.care_period_id,
    coalesce(told_whole.whole_period_id, periods.care_period_id) as whole_period_id,
    periods.child_ref,
    periods.source_period_id,
    least(periods.started_on, began.started_on) as started_on,
    periods.speaks_from,
    periods.speaks_to,
    periods.ended_on,
    -- where no later source tells of the child, nobody knows that the period went on
    case
        when periods.ended_on is not null then periods.ended_on
        when periods.covered_until < newest_day.to_day then periods.covered_until
    end as known_until,
    periods.covered_until,
    periods.category_of_need,
    periods.end_reason
from periods
cross join newest_day
left join told_whole on periods.care_period_id = told_whole.care_period_id
left join began on periods.care_period_id = began.whole_period_id
