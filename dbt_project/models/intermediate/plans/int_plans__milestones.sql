-- dated steps on the way to a plan
select
    milestones._record_key as milestone_id,
    milestones.decision_id,
    milestones.milestone,
    milestones.planned_date,
    milestones.actual_date
from {{ ref('stg_cssu__permanence_milestones') }} as milestones
where milestones.decision_id is not null
