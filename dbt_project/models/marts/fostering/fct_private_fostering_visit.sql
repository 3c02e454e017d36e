select
    visits.visit_id,
    visits.arrangement_id,
    visits.child_ref,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    visits.status,
    visits.visit_kind,
    visits.due_date,
    visits.visit_date,
    visits.in_time,
    visits.child_seen_alone,
    visits.professional_id,
    'cssu' as source
from {{ ref('int_fostering__private_visits') }} as visits
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        visits.child_ref = answering.child_ref
        and coalesce(visits.visit_date, visits.due_date) >= answering.from_day
        and coalesce(visits.visit_date, visits.due_date) < answering.to_day
