-- discussions of drift, and of children without a plan
select
    actions._record_key as action_id,
    actions.person_id as child_ref,
    actions.cla_id as care_period_id,
    actions.discussed_date,
    actions.obstacle,
    actions.action_code,
    actions.owner_professional_id,
    actions.due_date,
    actions.done_date
from {{ ref('stg_cssu__permanence_actions') }} as actions
where actions.person_id is not null and actions.discussed_date is not null
