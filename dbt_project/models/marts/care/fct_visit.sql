with visits as (
    select
        visits.visit_key,
        'child in care' as kind,
        visits.child_ref,
        visits.care_period_id,
        visits.placement_id,
        null::text as cp_plan_id,
        visits.visit_date,
        visits.seen,
        visits.seen_alone,
        visits.clock,
        visits.due_date,
        visits.in_time,
        visits.days_late,
        visits.counts_as_seen_until,
        visits.age_at_visit,
        visits.source
    from {{ ref('int_care__judged_visits') }} as visits
    union all
    select
        'protection|' || visits.visit_key,
        'child protection plan',
        visits.child_ref,
        null::text,
        null::text,
        visits.cp_plan_id,
        visits.visit_date,
        visits.seen,
        visits.seen_alone,
        case when visits.due_date is not null then 'Newcastle''s standard' end,
        visits.due_date,
        -- of both kinds only a visit at which the child was seen is in time or late
        case when visits.seen = 'Y' then visits.in_time end,
        case when visits.seen = 'Y' then visits.visit_date - visits.due_date end,
        case when visits.seen = 'Y' then visits.visit_date + {{ threshold('protection_seen_within_days') }} end,
        visits.age_at_visit,
        visits.source
    from {{ ref('int_protection__visits') }} as visits
)

select
    visits.visit_key,
    visits.kind,
    visits.child_ref,
    visits.care_period_id,
    visits.placement_id,
    spells.carer_number,
    visits.cp_plan_id,
    visits.visit_date,
    visits.seen,
    visits.seen_alone,
    visits.clock,
    visits.due_date,
    visits.in_time,
    visits.days_late,
    visits.counts_as_seen_until,
    visits.age_at_visit,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    visits.source
from visits
left join {{ ref('int_care__placement_spells') }} as spells
    on visits.care_period_id = spells.care_period_id and visits.placement_id = spells.placement_id
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        visits.child_ref = answering.child_ref
        and visits.visit_date >= answering.from_day
        and visits.visit_date < answering.to_day
