select
    statements.statement_id,
    statements.child_ref,
    statements.child_ref is not null as is_matched,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    statements.submitted_at,
    statements.submitted_date,
    statements.app,
    statements.scenario,
    statements.account_type,
    statements.worker_professional_id,
    statements.recipient_professional_id,
    statements.recipient_role,
    statements.read_at,
    statements.hours_to_read,
    statements.saved_to_record_at,
    statements.hours_to_saved,
    statements.handled_in_local_standard,
    statements.safety_flag,
    statements.sentiment,
    'momo' as source
from {{ ref('int_voice__statements') }} as statements
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        statements.child_ref = answering.child_ref
        and statements.submitted_date >= answering.from_day
        and statements.submitted_date < answering.to_day
