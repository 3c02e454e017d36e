with judged as (
    select
        reasons.child_ref,
        reasons.position_date,
        array_agg(reasons.reason order by reason_to_act.rag desc, reasons.reason) as rag_reasons,
        max(reason_to_act.rag) as worst
    from {{ ref('int_positions__protection_reasons') }} as reasons
    inner join {{ ref('reason_to_act') }} as reason_to_act on reasons.reason = reason_to_act.reason
    where reason_to_act.rag is not null
    group by reasons.child_ref, reasons.position_date
)

select
    children.child_ref,
    children.position_date,
    children.is_month_end,
    children.cp_plan_id,
    children.started_on as plan_started_on,
    children.position_date - children.started_on as days_on_plan,
    (
        extract(year from age(children.position_date, children.started_on)) * 12
        + extract(month from age(children.position_date, children.started_on))
    )::integer as months_on_plan,
    children.length_band,
    children.initial_category,
    children.latest_category,
    children.is_unborn,
    children.age_years,
    case when children.is_unborn then 'unborn' else {{ age_band('children.age_years') }} end as age_band,
    dim_child.sex,
    dim_child.ethnicity_group,
    dim_child.has_disability,
    children.is_in_care,
    coalesce(children.other_authority = 'Y', false) as is_of_other_authority,
    children.previous_plans,
    children.is_repeat_within_2_years,
    children.is_over_15_months,
    children.is_over_two_years,
    children.scrutiny_due_on as scrutiny_due_date,
    children.scrutinised_on as scrutiny_date,
    case
        when children.scrutinised_on is not null then 'done'
        when children.is_over_15_months then 'not done'
        else 'not yet due'
    end as scrutiny_status,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    answering.team_manager_id,
    answering.service_manager_id,
    conferences.last_conference_kind,
    conferences.last_conference_date,
    conferences.last_conference_in_time,
    conferences.last_conference_invited,
    conferences.last_conference_attended,
    conferences.last_conference_views,
    conferences.took_part_in_last_conference,
    conferences.next_conference_due_date,
    conferences.next_conference_status,
    contacts.last_social_worker_visit_date,
    contacts.last_seen_date,
    contacts.last_seen_alone_date,
    contacts.seen_in_four_weeks,
    contacts.last_iro_contact_date,
    escalations.escalation_id as open_escalation_id,
    escalations.stage_number as open_escalation_stage,
    escalations.notified_role as open_escalation_with,
    escalations.notified_professional_id as open_escalation_with_id,
    escalations.response_due_date as open_escalation_response_due,
    escalations.working_days_open as open_escalation_working_days,
    coalesce(judged.worst, 'GREEN') as rag,
    coalesce(judged.rag_reasons, array[]::text[]) as rag_reasons,
    children.source
from {{ ref('int_positions__protection_children') }} as children
inner join {{ ref('int_positions__answering') }} as answering
    on children.child_ref = answering.child_ref and children.position_date = answering.position_date
inner join {{ ref('int_positions__conferences') }} as conferences
    on children.child_ref = conferences.child_ref and children.position_date = conferences.position_date
inner join {{ ref('int_positions__protection_contacts') }} as contacts
    on children.child_ref = contacts.child_ref and children.position_date = contacts.position_date
left join {{ ref('dim_child') }} as dim_child on children.child_ref = dim_child.child_ref
left join {{ ref('int_positions__escalations') }} as escalations
    on children.child_ref = escalations.child_ref and children.position_date = escalations.position_date
left join judged on children.child_ref = judged.child_ref and children.position_date = judged.position_date
