select
    flags.statement_id,
    flags.child_ref,
    flags.submitted_at,
    flags.submitted_date,
    flags.status,
    flags.is_open,
    flags.read_at,
    flags.saved_to_record_at,
    flags.hours_to_read,
    flags.hours_to_saved,
    flags.hours_open,
    flags.working_days_to_read,
    flags.working_days_to_saved,
    flags.working_days_open,
    flags.handled_in_local_standard,
    flags.app,
    flags.scenario,
    flags.account_type,
    flags.recipient_professional_id,
    flags.recipient_role,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    teams.team_name
from {{ ref('int_voice__safety_flags') }} as flags
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        flags.child_ref = answering.child_ref
        and flags.submitted_date >= answering.from_day
        and flags.submitted_date < answering.to_day
left join {{ ref('int_people__teams') }} as teams on answering.team_id = teams.team_id
