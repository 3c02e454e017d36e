with parallel_plans as (
    select
        position.child_ref,
        string_agg(options.label, ', ' order by named.place) as labels
    from {{ ref('fct_child_position') }} as position
    cross join
        lateral unnest(string_to_array(position.parallel_plan_options, ', '))
        with ordinality as named (plan_option, place)
    left join {{ ref('dim_permanence_option') }} as options on named.plan_option = options.plan_option
    where position.position_date = {{ as_at() }}
    group by position.child_ref
),

reasons as (
    select
        position.child_ref,
        array_agg(reason_to_act.words order by named.place) as words
    from {{ ref('fct_child_position') }} as position
    cross join lateral unnest(position.rag_reasons) with ordinality as named (reason, place)
    inner join {{ ref('reason_to_act') }} as reason_to_act on named.reason = reason_to_act.reason
    where position.position_date = {{ as_at() }}
    group by position.child_ref
)

select
    position.child_ref,
    position.care_period_id,
    position.care_basis,
    position.care_started_on,
    position.days_in_care,
    position.age_years,
    position.age_band,
    position.days_to_18,
    position.sex,
    position.ethnicity_group,
    position.has_disability,
    position.is_unaccompanied,
    position.immigration_status,
    immigration_status.label as immigration_status_label,
    position.category_of_need,
    category_of_need.label as category_of_need_label,
    position.previous_permanence,
    previous_permanence.label as previous_permanence_label,
    position.siblings,
    position.legal_status,
    legal_status.label as legal_status_label,
    position.legal_status_since,
    position.section_20_over_3_months,
    position.placement_type,
    placement_type.label as placement_type_label,
    position.placement_group,
    position.placement_provider,
    placement_provider.label as placement_provider_label,
    position.placement_since,
    position.is_in_house_fostering,
    position.area,
    position.distance_miles,
    position.placements_in_year,
    position.placement_moves,
    position.is_long_in_care,
    position.same_placement_two_years,
    position.same_carer_two_years,
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
    position.reviews_held,
    position.last_review_date,
    position.last_review_in_time,
    position.has_review_held_or_due,
    position.latest_review_in_time,
    position.next_review_due_date,
    position.next_review_planned_date,
    position.next_review_status,
    position.open_review_actions,
    position.overdue_review_actions,
    position.second_review_date,
    position.is_second_review_held,
    position.first_plan_timeliness,
    position.current_plan_status,
    position.without_plan_since,
    position.plan_option,
    options.label as plan,
    position.route,
    position.plan_agreed_date,
    position.agreed_at_review_number,
    position.days_to_agree,
    position.plan_target_date,
    position.plan_obstacle,
    obstacle.label as plan_obstacle_label,
    parallel_plans.labels as parallel_plans,
    position.next_milestone,
    milestone.label as next_milestone_label,
    position.next_milestone_planned_date,
    position.next_milestone_target_date,
    position.next_milestone_days_over,
    position.has_placement_order_without_match,
    position.is_long_term_fostering_not_matched,
    position.pathway_plan_date,
    position.last_action,
    action.label as last_action_label,
    position.last_action_date,
    position.last_action_due_date,
    position.in_hand_until,
    position.last_social_worker_visit_date,
    position.last_seen_date,
    position.seen_in_six_weeks,
    position.last_iro_contact_date,
    position.missing_episodes_in_90_days,
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
from {{ ref('fct_child_position') }} as position
left join reasons on position.child_ref = reasons.child_ref
left join parallel_plans on position.child_ref = parallel_plans.child_ref
left join {{ ref('int_run__child_failures') }} as failures on position.child_ref = failures.child_ref
left join {{ ref('dim_permanence_option') }} as options on position.plan_option = options.plan_option
left join {{ ref('dim_team') }} as team on position.team_id = team.team_id
left join {{ ref('dim_professional') }} as iro on position.iro_id = iro.professional_id
left join {{ ref('dim_professional') }} as social_worker on position.social_worker_id = social_worker.professional_id
left join {{ ref('dim_professional') }} as team_manager on position.team_manager_id = team_manager.professional_id
left join {{ ref('dim_professional') }} as service_manager
    on position.service_manager_id = service_manager.professional_id
left join {{ ref('dim_professional') }} as escalated_to
    on position.open_escalation_with_id = escalated_to.professional_id
left join {{ ref('code') }} as immigration_status
    on position.immigration_status = immigration_status.code and immigration_status.list = 'immigration_status'
left join {{ ref('code') }} as category_of_need
    on position.category_of_need = category_of_need.code and category_of_need.list = 'category_of_need'
left join {{ ref('code') }} as previous_permanence
    on position.previous_permanence = previous_permanence.code and previous_permanence.list = 'previous_permanence'
left join {{ ref('code') }} as legal_status
    on position.legal_status = legal_status.code and legal_status.list = 'legal_status'
left join {{ ref('code') }} as placement_type
    on position.placement_type = placement_type.code and placement_type.list = 'placement_type'
left join {{ ref('code') }} as placement_provider
    on position.placement_provider = placement_provider.code and placement_provider.list = 'placement_provider'
left join {{ ref('code') }} as obstacle on position.plan_obstacle = obstacle.code and obstacle.list = 'obstacle'
left join {{ ref('code') }} as milestone on position.next_milestone = milestone.code and milestone.list = 'milestone'
left join {{ ref('code') }} as action on position.last_action = action.code and action.list = 'permanence_action'
where position.position_date = {{ as_at() }}
