-- visits to children on plans, each with the day by which the child was to be seen: 4 weeks after the plan began or the
-- last visit at which the child was seen. A visit at which the child was not seen is not in time and moves nothing
with recorded as (
    select
        'ssd' as source,
        visits._record_key as visit_key,
        visits.cppv_person_id as child_ref,
        visits.cppv_cp_plan_id as cp_plan_id,
        visits.cppv_cp_visit_date as visit_date,
        visits.cppv_cp_visit_seen as seen,
        visits.cppv_cp_visit_seen_alone as seen_alone
    from {{ ref('stg_ssd__cp_visits') }} as visits
    where visits.cppv_person_id is not null and visits.cppv_cp_visit_date is not null
    union all
    -- Ofsted's workbook tells of the last statutory visit, which is one at which the child is seen
    select
        'annex_a',
        'annex_a|' || plans.child_unique_id || '|' || plans.last_visit_date,
        plans.child_unique_id,
        min('annex_a|' || plans.child_unique_id || '|' || plans.plan_start_date),
        plans.last_visit_date,
        'Y',
        min(nullif(plans.seen_alone, 'U'))
    from {{ ref('stg_annex_a__child_protection_plans') }} as plans
    inner join {{ ref('int_run__speaking') }} as speaking
        on speaking.concept = 'protection' and speaking.source = 'annex_a'
    where plans.child_unique_id is not null and plans.last_visit_date is not null
    group by plans.child_unique_id, plans.last_visit_date
),

by_plan as (
    select
        recorded.visit_key,
        plans.cp_plan_id
    from recorded
    inner join {{ ref('int_protection__plans') }} as plans
        on recorded.cp_plan_id = plans.cp_plan_id and recorded.child_ref = plans.child_ref
),

by_day as (
    -- a visit that names no plan of the child is of the plan that the child was on
    select distinct on (recorded.visit_key)
        recorded.visit_key,
        plans.cp_plan_id
    from recorded
    left join by_plan on recorded.visit_key = by_plan.visit_key
    inner join {{ ref('int_protection__plans') }} as plans
        on
            recorded.child_ref = plans.child_ref
            and recorded.visit_date >= plans.started_on
            and (plans.ended_on is null or recorded.visit_date <= plans.ended_on)
    where by_plan.visit_key is null
    order by recorded.visit_key, plans.started_on desc, plans.cp_plan_id
),

of_plans as (
    select * from by_plan
    union all
    select * from by_day
),

visits as (
    select
        recorded.source,
        recorded.visit_key,
        recorded.child_ref,
        of_plans.cp_plan_id,
        recorded.visit_date,
        recorded.seen,
        recorded.seen_alone,
        plans.started_on,
        -- the standard is for the days of the plan
        recorded.visit_date >= plans.started_on
        and (plans.ended_on is null or recorded.visit_date <= plans.ended_on) as is_on_plan
    from recorded
    left join of_plans on recorded.visit_key = of_plans.visit_key
    left join {{ ref('int_protection__plans') }} as plans on of_plans.cp_plan_id = plans.cp_plan_id
),

carried_from as (
    -- visits of days before the first one that the source has were recorded elsewhere
    select min(recorded.visit_date) as from_day
    from recorded
),

seen_before as (
    select
        visits.*,
        max(visits.visit_date) filter (where visits.seen = 'Y' and visits.is_on_plan) over (
            partition by visits.cp_plan_id
            order by visits.visit_date
            range between unbounded preceding and interval '1 day' preceding
        ) as last_seen_on
    from visits
),

due as (
    select
        seen_before.*,
        case
            when not seen_before.is_on_plan then null
            when seen_before.last_seen_on is not null
                then seen_before.last_seen_on + {{ threshold('protection_visit_days') }}
            when seen_before.started_on + {{ threshold('protection_visit_days') }} >= carried_from.from_day
                then seen_before.started_on + {{ threshold('protection_visit_days') }}
        end as due_date
    from seen_before
    cross join carried_from
)

select
    due.visit_key,
    due.child_ref,
    due.cp_plan_id,
    due.visit_date,
    due.seen,
    due.seen_alone,
    due.due_date,
    case when due.due_date is not null then due.seen = 'Y' and due.visit_date <= due.due_date end as in_time,
    {{ age_on('due.visit_date', 'children.date_of_birth') }} as age_at_visit,
    due.source
from due
left join {{ ref('int_people__children') }} as children on due.child_ref = children.child_ref
