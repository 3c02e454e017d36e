-- looks at cases and plans from outside them; one that names its plan alone is of that plan's child
select
    scrutiny._record_key as scrutiny_id,
    scrutiny.kind,
    scrutiny.date as scrutiny_date,
    coalesce(scrutiny.person_id, plans.cppl_person_id) as child_ref,
    scrutiny.cp_plan_id,
    scrutiny.theme,
    scrutiny.judgement,
    scrutiny.follow_up_due as follow_up_due_date,
    scrutiny.follow_up_done as follow_up_done_date,
    scrutiny.follow_up_done <= scrutiny.follow_up_due as follow_up_in_time
from {{ ref('stg_cssu__scrutiny') }} as scrutiny
left join {{ ref('stg_ssd__cp_plans') }} as plans on scrutiny.cp_plan_id = plans._record_key
