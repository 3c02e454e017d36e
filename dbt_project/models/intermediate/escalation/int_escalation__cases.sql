-- cases of the Case Discussion and Escalation Process
select
    escalations._record_key as escalation_id,
    escalations.person_id as child_ref,
    escalations.raised_by_professional_id,
    escalations.raised_date,
    escalations.formal,
    escalations.reason,
    escalations.closed_date,
    escalations.outcome
from {{ ref('stg_cssu__escalations') }} as escalations
where escalations.person_id is not null
