select
    statements.statement_id,
    statements.child_ref,
    statements.submitted_at,
    statements.submitted_at::date as submitted_date,
    statements.app,
    statements.scenario,
    statements.account_type,
    statements.worker_professional_id,
    statements.recipient_professional_id,
    statements.recipient_role,
    statements.read_at,
    statements.saved_to_record_at,
    statements.safety_flag,
    statements.sentiment
from {{ ref('int_voice__statements') }} as statements
