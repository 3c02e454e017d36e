-- what the sources carry on each position day: a child without an IRO, or without a pathway plan, is only one where
-- somebody tells of allocations, or of pathway plans
select
    days.position_date,
    (select count(*) > 0 from {{ ref('int_people__allocations') }})
    and coalesce(carried.is_carried, false)
    -- of days before the extract's window it no longer shows who was allocated
    and days.position_date >= coalesce(
        (
            select shown_from.from_day
            from {{ ref('int_run__shown_from') }} as shown_from
            where shown_from.table_name = 'involvements'
        ),
        days.position_date
    ) as are_allocations,
    (
        select count(details.pathway_plan_date) > 0
        from {{ ref('int_people__child_details') }} as details
    ) as are_pathway_plans,
    -- where no visit is told of so long a time, nobody knows who was seen in it
    coalesce(
        days.position_date >= (
            select min(visits.visit_date) + {{ threshold('protection_seen_within_days') }}
            from {{ ref('int_protection__visits') }} as visits
        ),
        false
    ) as are_protection_visits
from {{ ref('int_positions__days') }} as days
left join {{ ref('int_run__carried') }} as carried
    on
        carried.concept = 'allocations'
        and days.position_date >= carried.from_day
        and days.position_date < carried.to_day
