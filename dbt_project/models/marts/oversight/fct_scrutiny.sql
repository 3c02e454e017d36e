select
    scrutiny.scrutiny_id,
    scrutiny.kind,
    scrutiny.scrutiny_date,
    scrutiny.child_ref,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    scrutiny.cp_plan_id,
    scrutiny.theme,
    scrutiny.judgement,
    scrutiny.follow_up_due_date,
    scrutiny.follow_up_done_date,
    scrutiny.follow_up_in_time,
    'cssu' as source
from {{ ref('int_oversight__scrutiny') }} as scrutiny
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        scrutiny.child_ref = answering.child_ref
        and scrutiny.scrutiny_date >= answering.from_day
        and scrutiny.scrutiny_date < answering.to_day
