-- which care status shows at each moment of a period of care: statuses overlap, the seed's precedence decides
with statuses as (
    select
        periods.care_period_id,
        periods.child_ref,
        statuses.lega_legal_status as legal_status,
        greatest(statuses.lega_legal_status_start_date, periods.started_on) as from_day,
        least(
            coalesce(statuses.lega_legal_status_end_date, date '2100-01-01'),
            coalesce(periods.ended_on, date '2100-01-01')
        ) as to_day
    from {{ ref('stg_ssd__legal_status') }} as statuses
    inner join {{ ref('int_care__periods') }} as periods
        on statuses.lega_person_id = periods.child_ref and periods.source = 'ssd'
    union all
    -- Ofsted's workbook tells of the current status alone
    select
        periods.care_period_id,
        periods.child_ref,
        children.legal_status,
        greatest(children.legal_status_date, periods.started_on),
        coalesce(periods.ended_on, date '2100-01-01')
    from {{ ref('stg_annex_a__children_in_care') }} as children
    inner join {{ ref('int_care__periods') }} as periods
        on
            children.child_unique_id = periods.child_ref
            and children.care_start_date = periods.started_on
            and periods.source = 'annex_a'
    union all
    select
        periods.care_period_id,
        periods.child_ref,
        episodes.legal_status,
        episodes.speaks_from,
        episodes.speaks_to
    from {{ ref('int_care__episodes') }} as episodes
    inner join {{ ref('int_care__periods') }} as periods
        on
            episodes.child_ref = periods.child_ref
            and periods.source = 'ssda903'
            and episodes.speaks_from >= periods.speaks_from
            and episodes.speaks_from < periods.speaks_to
    where episodes.source = 'ssda903'
),

care_statuses as (
    select
        statuses.care_period_id,
        statuses.child_ref,
        statuses.legal_status,
        statuses.from_day,
        statuses.to_day,
        legal_status.care_basis,
        legal_status.precedence
    from statuses
    inner join {{ ref('legal_status') }} as legal_status on statuses.legal_status = legal_status.code
    where statuses.from_day < statuses.to_day
),

boundaries as (
    select
        care_period_id,
        from_day as day
    from care_statuses
    union
    select
        care_period_id,
        to_day
    from care_statuses
),

moments as (
    select
        boundaries.care_period_id,
        boundaries.day as from_day,
        lead(boundaries.day) over (partition by boundaries.care_period_id order by boundaries.day) as to_day
    from boundaries
),

shown as (
    select distinct on (moments.care_period_id, moments.from_day)
        moments.care_period_id,
        care_statuses.child_ref,
        care_statuses.legal_status,
        care_statuses.care_basis,
        moments.from_day,
        moments.to_day,
        -- counted before one of them is chosen
        count(*) over (partition by moments.care_period_id, moments.from_day) > 1 as is_overlapped
    from moments
    inner join care_statuses
        on
            moments.care_period_id = care_statuses.care_period_id
            and moments.from_day >= care_statuses.from_day
            and moments.to_day <= care_statuses.to_day
    order by moments.care_period_id, moments.from_day, care_statuses.precedence, care_statuses.from_day
),

changes as (
    select
        shown.*,
        case
            when
                lag(shown.legal_status) over spells = shown.legal_status
                and lag(shown.to_day) over spells = shown.from_day then 0
            else 1
        end as begins
    from shown
    window spells as (partition by shown.care_period_id order by shown.from_day)
),

numbered as (
    select
        changes.*,
        sum(changes.begins) over (partition by changes.care_period_id order by changes.from_day) as spell
    from changes
)

select
    numbered.care_period_id,
    numbered.child_ref,
    numbered.legal_status,
    numbered.care_basis,
    min(numbered.from_day) as from_day,
    max(numbered.to_day) as to_day,
    bool_or(numbered.is_overlapped) as is_overlapped
from numbered
group by
    numbered.care_period_id, numbered.child_ref, numbered.legal_status, numbered.care_basis, numbered.spell
