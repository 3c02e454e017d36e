-- decisions on plan options, with the review that each was agreed at counted from the start of care
select
    decisions._record_key as decision_id,
    decisions.person_id as child_ref,
    coalesce(periods.care_period_id, decisions.cla_id) as care_period_id,
    decisions.plan_option,
    coalesce(decisions.plan_role, 'PRIMARY') as plan_role,
    decisions.proposed_date,
    decisions.agreed_date,
    decisions.agreed_at_review_id,
    decisions.agreed_by,
    decisions.target_date,
    decisions.achieved_date,
    decisions.ended_date,
    decisions.end_reason,
    decisions.obstacle,
    periods.started_on as care_started_on,
    decisions.agreed_date - periods.started_on as days_to_agree
from {{ ref('stg_cssu__permanence_plan_decisions') }} as decisions
left join {{ ref('int_care__periods') }} as periods
    on decisions.cla_id = periods.source_period_id and decisions.person_id = periods.child_ref
where decisions.person_id is not null
