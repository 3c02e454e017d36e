-- the days on which a child is placed for adoption, and those on which the agency may place and has not (Adoption
-- Agencies Regulations 2005, regulation 36). The record of permanence leads, placements and legal statuses stand in
-- where it is silent
with periods as (
    select
        periods.care_period_id,
        periods.child_ref,
        periods.source_period_id,
        periods.started_on,
        coalesce(periods.ended_on, date '2100-01-01') as until_day
    from {{ ref('int_care__whole_periods') }} as periods
),

permanence as (
    select
        periods.care_period_id,
        periods.started_on,
        periods.until_day,
        permanence.perm_adm_decision_date as decided_on,
        permanence.perm_placement_order_date as ordered_on,
        permanence.perm_placed_for_adoption_date as placed_on,
        permanence.perm_decision_reversed_date as reversed_on
    from {{ ref('stg_ssd__permanence') }} as permanence
    inner join periods on permanence.perm_person_id = periods.child_ref
    where
        permanence.perm_cla_id = periods.source_period_id
        or (
            permanence.perm_cla_id is null
            and coalesce(
                permanence.perm_placed_for_adoption_date,
                permanence.perm_placement_order_date,
                permanence.perm_adm_decision_date
            ) >= periods.started_on
            and coalesce(
                permanence.perm_placed_for_adoption_date,
                permanence.perm_placement_order_date,
                permanence.perm_adm_decision_date
            ) < periods.until_day
        )
),

reversals as (
    select distinct
        permanence.care_period_id,
        permanence.reversed_on
    from permanence
    where permanence.reversed_on is not null
),

-- a stay in hospital or on holiday ends no placement, and an unknown type says nothing
living as (
    select
        periods.care_period_id,
        spells.from_day,
        spells.placement_group = 'placed for adoption' as is_adoptive,
        lag(spells.placement_group = 'placed for adoption') over (
            partition by periods.care_period_id order by spells.from_day, spells.ended_on, spells.placement_id
        ) as was_adoptive
    from {{ ref('int_care__placement_spells') }} as spells
    inner join periods on spells.care_period_id = periods.care_period_id
    where not spells.is_temporary and spells.placement_group is not null
),

said_starts as (
    select distinct
        permanence.care_period_id,
        permanence.placed_on as from_day
    from permanence
    where permanence.placed_on >= permanence.started_on and permanence.placed_on < permanence.until_day
),

starts as (
    select
        said_starts.care_period_id,
        said_starts.from_day,
        true as is_said
    from said_starts
    union all
    select
        living.care_period_id,
        living.from_day,
        false
    from living
    where living.is_adoptive and not coalesce(living.was_adoptive, false)
),

-- back to the agency: the child lives elsewhere, or the decision was reversed
ending as (
    select
        starts.care_period_id,
        starts.from_day,
        bool_or(starts.is_said) as is_said,
        min(living.from_day) filter (where not living.is_adoptive and living.from_day > starts.from_day)
            as elsewhere_from,
        min(reversals.reversed_on) filter (where reversals.reversed_on > starts.from_day) as reversed_on
    from starts
    left join living on starts.care_period_id = living.care_period_id
    left join reversals on starts.care_period_id = reversals.care_period_id
    group by starts.care_period_id, starts.from_day
),

-- an adoptive placement that begins when permanence already says placed, the child not having lived elsewhere since, is
-- that placement
beginnings as (
    select ending.*
    from ending
    left join ending as said
        on
            ending.care_period_id = said.care_period_id
            and said.is_said
            and not ending.is_said
            and ending.from_day > said.from_day
            and ending.from_day < coalesce(said.elsewhere_from, date '2100-01-01')
    where said.care_period_id is null
),

placed as (
    select
        beginnings.care_period_id,
        beginnings.from_day,
        least(
            beginnings.elsewhere_from,
            beginnings.reversed_on,
            lead(beginnings.from_day) over (
                partition by beginnings.care_period_id order by beginnings.from_day
            ),
            date '2100-01-01'
        ) as to_day
    from beginnings
),

placed_days as (
    select
        placed.care_period_id,
        range_agg(daterange(placed.from_day, placed.to_day)) as days
    from placed
    group by placed.care_period_id
),

-- authority to place is a placement order (section 21). The day of a parent's consent (section 19) is in no record: the
-- agency's decision stands in for it, and only of a child who was placed without an order
orders as (
    select
        permanence.care_period_id,
        permanence.ordered_on as from_day,
        null::date as to_day
    from permanence
    where permanence.ordered_on < permanence.until_day
    union all
    select
        spells.care_period_id,
        spells.from_day,
        spells.to_day
    from {{ ref('int_care__legal_spells') }} as spells
    where
        spells.legal_status in ('E1', 'D1')
        and not exists (
            select from permanence
            where permanence.care_period_id = spells.care_period_id and permanence.ordered_on is not null
        )
),

authorities as (
    select
        orders.care_period_id,
        orders.from_day,
        orders.to_day
    from orders
    union all
    select
        permanence.care_period_id,
        permanence.decided_on,
        null::date
    from permanence
    where
        permanence.decided_on < permanence.until_day
        and not exists (
            select from orders
            where orders.care_period_id = permanence.care_period_id
        )
        and exists (
            select from placed
            where placed.care_period_id = permanence.care_period_id and placed.from_day >= permanence.decided_on
        )
),

authorised as (
    select
        periods.care_period_id,
        greatest(authorities.from_day, periods.started_on) as from_day,
        least(
            authorities.to_day,
            min(reversals.reversed_on) filter (where reversals.reversed_on > authorities.from_day),
            date '2100-01-01'
        ) as to_day
    from authorities
    inner join periods on authorities.care_period_id = periods.care_period_id
    left join reversals on periods.care_period_id = reversals.care_period_id
    group by periods.care_period_id, periods.started_on, authorities.from_day, authorities.to_day
),

authorised_days as (
    select
        authorised.care_period_id,
        range_agg(daterange(authorised.from_day, authorised.to_day)) as days
    from authorised
    where authorised.from_day < authorised.to_day
    group by authorised.care_period_id
),

-- each span of authority, without the days on which the child was placed
waiting as (
    select
        authorised_days.care_period_id,
        authority.days as authority_days,
        waiting.days as waiting_days
    from authorised_days
    left join placed_days on authorised_days.care_period_id = placed_days.care_period_id
    cross join lateral unnest(authorised_days.days) as authority (days)
    cross join
        lateral unnest(
            datemultirange(authority.days) - coalesce(placed_days.days, '{}'::datemultirange)
        ) as waiting (days)
)

select
    placed.care_period_id,
    'adoption placed' as clock,
    placed.from_day as counts_from,
    placed.to_day as counts_until,
    placed.from_day,
    placed.to_day
from placed
union all
select
    waiting.care_period_id,
    'adoption authorised',
    lower(waiting.authority_days),
    upper(waiting.authority_days),
    lower(waiting.waiting_days),
    upper(waiting.waiting_days)
from waiting
