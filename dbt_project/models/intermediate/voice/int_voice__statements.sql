-- statements of Mind of My Own, without any words of them
select
    statements._record_key as statement_id,
    statements.person_id as child_ref,
    statements.submitted_at,
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
from {{ ref('stg_momo__statements') }} as statements
