with reasons as (
    select
        position.child_ref,
        array_agg(reason_to_act.words order by named.place) as words
    from {{ ref('fct_cp_position') }} as position
    cross join lateral unnest(position.rag_reasons) with ordinality as named (reason, place)
    inner join {{ ref('reason_to_act') }} as reason_to_act on named.reason = reason_to_act.reason
    where position.position_date = {{ as_at() }}
    group by position.child_ref
)

select
    position.child_ref,
    position.cp_plan_id,
    position.plan_started_on,
    position.days_on_plan,
    position.months_on_plan,
    position.length_band,
    position.initial_category,
    initial_category.label as initial_category_label,
    position.latest_category,
    latest_category.label as latest_category_label,
    position.is_unborn,
    position.age_years,
    position.age_band,
    position.sex,
    position.ethnicity_group,
    position.has_disability,
    position.is_in_care,
    position.is_of_other_authority,
    position.previous_plans,
    position.is_repeat_within_2_years,
    position.is_over_15_months,
    position.is_over_two_years,
    position.scrutiny_due_date,
    position.scrutiny_date,
    position.scrutiny_status,
    position.iro_id,
    iro.professional_name as iro_name,
    position.social_worker_id,
    social_worker.professional_name as social_worker_name,
    position.team_id,
    team.team_name,
    position.team_manager_id,
    team_manager.professional_name as team_manager_name,
    position.service_manager_id,
    service_manager.professional_name as service_manager_name,
    position.last_conference_kind,
    position.last_conference_date,
    position.last_conference_in_time,
    position.last_conference_invited,
    position.last_conference_attended,
    position.last_conference_views,
    position.took_part_in_last_conference,
    position.next_conference_due_date,
    position.next_conference_status,
    position.last_social_worker_visit_date,
    position.last_seen_date,
    position.last_seen_alone_date,
    position.seen_in_four_weeks,
    position.last_iro_contact_date,
    position.open_escalation_id,
    position.open_escalation_stage,
    position.open_escalation_with,
    position.open_escalation_with_id,
    escalated_to.professional_name as open_escalation_with_name,
    position.open_escalation_response_due,
    position.open_escalation_working_days,
    position.rag,
    coalesce(reasons.words, array[]::text[]) as rag_reasons,
    coalesce(failures.records_failing, 0) as records_failing,
    coalesce(failures.records_held, 0) as records_held,
    coalesce(failures.rules, array[]::text[]) as failed_rules
from {{ ref('fct_cp_position') }} as position
left join reasons on position.child_ref = reasons.child_ref
left join {{ ref('int_run__child_failures') }} as failures on position.child_ref = failures.child_ref
left join {{ ref('dim_team') }} as team on position.team_id = team.team_id
left join {{ ref('dim_professional') }} as iro on position.iro_id = iro.professional_id
left join {{ ref('dim_professional') }} as social_worker on position.social_worker_id = social_worker.professional_id
left join {{ ref('dim_professional') }} as team_manager on position.team_manager_id = team_manager.professional_id
left join {{ ref('dim_professional') }} as service_manager
    on position.service_manager_id = service_manager.professional_id
left join {{ ref('dim_professional') }} as escalated_to
    on position.open_escalation_with_id = escalated_to.professional_id
left join {{ ref('code') }} as initial_category
    on position.initial_category = initial_category.code and initial_category.list = 'abuse_category'
left join {{ ref('code') }} as latest_category
    on position.latest_category = latest_category.code and latest_category.list = 'abuse_category'
where position.position_date = {{ as_at() }}
