-- which clock ran on which days: one rules (regulation 33, of short breaks 48, of a child placed for adoption 36), two
-- run beside it (36 while the child may be placed and is not; secure accommodation). A sequence is what is counted
-- through: the reviews of a period of care, of an authority to place, of a stay in secure accommodation. Of one that
-- began before reviews can be known, the first ones may be out of sight
with bases as (
    select
        spells.care_period_id,
        bool_and(spells.care_basis = 'short_break') as is_short_break
    from {{ ref('int_care__legal_spells') }} as spells
    group by spells.care_period_id
),

periods as (
    select
        periods.care_period_id,
        periods.child_ref,
        periods.started_on,
        coalesce(periods.ended_on, date '2100-01-01') as until_day,
        coalesce(bases.is_short_break, false) as is_short_break
    from {{ ref('int_care__whole_periods') }} as periods
    left join bases on periods.care_period_id = bases.care_period_id
),

placed_days as (
    select
        adoption.care_period_id,
        range_agg(daterange(adoption.from_day, adoption.to_day)) as days
    from {{ ref('int_reviews__adoption_spells') }} as adoption
    where adoption.clock = 'adoption placed'
    group by adoption.care_period_id
),

-- regulation 33 rules when regulation 36 does not: before a child is placed, and after the return to the agency
beside_placing as (
    select
        periods.care_period_id,
        periods.child_ref,
        periods.started_on,
        periods.is_short_break,
        others.days
    from periods
    inner join placed_days on periods.care_period_id = placed_days.care_period_id
    cross join
        lateral unnest(
            datemultirange(daterange(periods.started_on, date '2100-01-01')) - placed_days.days
        ) as others (days)
),

secure_days as (
    -- from one secure home straight to another is one stay
    select
        periods.care_period_id,
        periods.child_ref,
        range_agg(daterange(spells.from_day, coalesce(spells.ended_on, periods.until_day))) as days
    from {{ ref('int_care__placement_spells') }} as spells
    inner join periods on spells.care_period_id = periods.care_period_id
    where spells.placement_type = 'K1'
    group by periods.care_period_id, periods.child_ref
),

secure as (
    select
        secure_days.care_period_id,
        secure_days.child_ref,
        lower(stays.days) as from_day,
        upper(stays.days) as to_day
    from secure_days
    cross join lateral unnest(secure_days.days) as stays (days)
),

every_spell as (
    select
        periods.care_period_id as sequence_id,
        periods.care_period_id,
        periods.child_ref,
        case when periods.is_short_break then 'regulation 48' else 'regulation 33' end as clock,
        true as is_ruling,
        periods.started_on as counts_from,
        date '2100-01-01' as counts_until,
        periods.started_on as from_day,
        date '2100-01-01' as to_day
    from periods
    left join placed_days on periods.care_period_id = placed_days.care_period_id
    where placed_days.care_period_id is null
    union all
    select
        beside_placing.care_period_id as sequence_id,
        beside_placing.care_period_id,
        beside_placing.child_ref,
        case when beside_placing.is_short_break then 'regulation 48' else 'regulation 33' end,
        true,
        beside_placing.started_on,
        date '2100-01-01',
        lower(beside_placing.days),
        upper(beside_placing.days)
    from beside_placing
    union all
    select
        periods.care_period_id as sequence_id,
        periods.care_period_id,
        periods.child_ref,
        adoption.clock,
        true,
        adoption.counts_from,
        date '2100-01-01',
        adoption.from_day,
        adoption.to_day
    from {{ ref('int_reviews__adoption_spells') }} as adoption
    inner join periods on adoption.care_period_id = periods.care_period_id
    where adoption.clock = 'adoption placed'
    union all
    select
        periods.care_period_id || '|' || adoption.clock || '|' || adoption.counts_from,
        periods.care_period_id,
        periods.child_ref,
        adoption.clock,
        false,
        adoption.counts_from,
        adoption.counts_until,
        adoption.from_day,
        adoption.to_day
    from {{ ref('int_reviews__adoption_spells') }} as adoption
    inner join periods on adoption.care_period_id = periods.care_period_id
    where adoption.clock = 'adoption authorised'
    union all
    select
        secure.care_period_id || '|secure accommodation|' || secure.from_day,
        secure.care_period_id,
        secure.child_ref,
        'secure accommodation',
        false,
        secure.from_day as counts_from,
        secure.to_day as counts_until,
        secure.from_day,
        secure.to_day
    from secure
),

known as (
    -- reviews of before can't be known: the extract shows some years only, the register and the returns began one day
    select
        least(
            min(held.held_date),
            (
                select shown_from.from_day
                from {{ ref('int_run__shown_from') }} as shown_from
                where shown_from.table_name = 'cla_reviews'
            )
        ) as from_day
    from {{ ref('int_reviews__held') }} as held
)

select
    every_spell.*,
    coalesce(every_spell.counts_from < known.from_day, false) as began_before_known
from every_spell
cross join known
