-- of the sources that have delivered, which speaks for a concept on which days: a second choice only where the first
-- has nothing. A return speaks for its years, within the days that the seed gives it; what else there is, is for the
-- source that tells of all days. So a council that loads no returns has its past from the extract.
with delivered as (
    select
        speaks_for.concept,
        speaks_for.source,
        speaks_for.from_day,
        speaks_for.to_day,
        speaks_for.choice
    from {{ ref('speaks_for') }} as speaks_for
    where speaks_for.source in (select batches.source from {{ ref('int_run__batches') }} as batches)
),

chosen as (
    select delivered.*
    from delivered
    where
        not exists (
            select from delivered as better
            where
                better.concept = delivered.concept
                and better.choice < delivered.choice
                and better.from_day < delivered.to_day
                and better.to_day > delivered.from_day
        )
),

spoken as (
    select
        chosen.concept,
        chosen.source,
        min(chosen.from_day) as from_day,
        max(chosen.to_day) as to_day
    from chosen
    group by chosen.concept, chosen.source
),

years as (
    select distinct
        batches.source,
        make_date(left(batches.slice, 4)::integer, 4, 1) as from_day,
        make_date(left(batches.slice, 4)::integer + 1, 4, 1) as to_day
    from {{ ref('int_run__batches') }} as batches
    where batches.slice ~ '^\d{4}/\d{2}$'
),

returned as (
    select
        spoken.concept,
        spoken.source,
        range_agg(
            daterange(years.from_day, years.to_day) * daterange(spoken.from_day, spoken.to_day)
        ) as days
    from spoken
    inner join years on spoken.source = years.source
    group by spoken.concept, spoken.source
),

returned_days as (
    select
        returned.concept,
        range_agg(returned.days) as days
    from returned
    group by returned.concept
)

select
    spoken.concept,
    spoken.source,
    -- the first of them also speaks of the days of those before it
    case
        when spoken.from_day = min(spoken.from_day) over (partition by spoken.concept) then date '1900-01-01'
        else spoken.from_day
    end as from_day,
    spoken.to_day,
    coalesce(
        returned.days,
        datemultirange(daterange('1900-01-01', '2100-01-01')) - coalesce(returned_days.days, '{}')
    ) as days
from spoken
left join returned on spoken.concept = returned.concept and spoken.source = returned.source
left join returned_days on spoken.concept = returned_days.concept
