select
    arrangements.arrangement_id,
    arrangements.child_ref,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    arrangements.notified_date,
    arrangements.status,
    arrangements.started_date,
    arrangements.begins_on as counted_from_date,
    arrangements.approved_date,
    arrangements.ended_date,
    arrangements.end_reason,
    arrangements.lead_professional_id,
    arrangements.is_disabled,
    arrangements.age_limit_date,
    arrangements.initial_visit_due_date,
    arrangements.initial_visit_date,
    arrangements.initial_visit_in_time,
    'cssu' as source
from {{ ref('int_fostering__private_arrangements') }} as arrangements
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        arrangements.child_ref = answering.child_ref
        and arrangements.notified_date >= answering.from_day
        and arrangements.notified_date < answering.to_day
