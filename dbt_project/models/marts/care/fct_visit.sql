with visits as (
    select
        visits.visit_key,
        'child in care' as kind,
        visits.child_ref,
        visits.care_period_id,
        visits.placement_id,
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
)

select
    visits.visit_key,
    visits.kind,
    visits.child_ref,
    visits.care_period_id,
    visits.placement_id,
    spells.carer_number,
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
