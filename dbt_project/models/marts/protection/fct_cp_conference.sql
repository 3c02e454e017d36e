select
    conferences.cp_conference_key,
    conferences.child_ref,
    conferences.cp_plan_id,
    conferences.kind,
    conferences.review_number,
    conferences.section_47_enquiry_id,
    conferences.meeting_id,
    case when conferences.held_date is null then 'due' else 'held' end as status,
    conferences.from_day as clock_from_date,
    conferences.due_date,
    conferences.source_due_date,
    conferences.held_date,
    conferences.in_time,
    held_day.working_day_number - due_day.working_day_number as working_days_late,
    conferences.late_reason,
    conferences.outcome,
    conferences.transfer_in,
    conferences.quorate,
    conferences.chair_professional_id,
    conferences.meeting_format,
    conferences.report_shared_date,
    conferences.report_shared_in_time,
    conferences.parents_invited,
    conferences.parents_took_part,
    conferences.times_moved,
    conferences.was_unborn,
    conferences.age_years,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    conferences.source
from {{ ref('int_protection__conferences') }} as conferences
left join {{ ref('dim_date') }} as held_day on conferences.held_date = held_day.calendar_date
left join {{ ref('dim_date') }} as due_day on conferences.due_date = due_day.calendar_date
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        conferences.child_ref = answering.child_ref
        and coalesce(conferences.held_date, conferences.due_date) >= answering.from_day
        and coalesce(conferences.held_date, conferences.due_date) < answering.to_day
