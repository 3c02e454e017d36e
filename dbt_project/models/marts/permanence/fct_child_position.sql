with judged as (
    select
        reasons.child_ref,
        reasons.position_date,
        array_agg(reasons.reason order by reason_to_act.rag desc, reasons.reason) as rag_reasons,
        max(reason_to_act.rag) as worst
    from {{ ref('int_positions__care_reasons') }} as reasons
    inner join {{ ref('reason_to_act') }} as reason_to_act on reasons.reason = reason_to_act.reason
    where reason_to_act.rag is not null
    group by reasons.child_ref, reasons.position_date
)

select
    children.child_ref,
    children.position_date,
    children.is_month_end,
    children.care_period_id,
    care.care_basis,
    children.started_on as care_started_on,
    children.position_date - children.started_on as days_in_care,
    children.age_years,
    {{ age_band('children.age_years') }} as age_band,
    children.days_to_18,
    dim_child.sex,
    dim_child.ethnicity_group,
    dim_child.has_disability,
    periods.is_unaccompanied,
    case
        when periods.is_unaccompanied is null then 'not carried'
        else coalesce(immigration.immigration_status, 'not recorded')
    end as immigration_status,
    periods.category_of_need,
    coalesce(periods.previous_permanence, 'not recorded') as previous_permanence,
    dim_child.sibling_plan as siblings,
    care.legal_status,
    care.legal_status_since,
    care.section_20_over_3_months,
    care.placement_id,
    care.placement_type,
    care.placement_group,
    care.placement_provider,
    care.placement_since,
    care.is_in_house_fostering,
    care.area,
    care.distance_miles::numeric(6, 1) as distance_miles,
    care.placements_in_year,
    care.placement_moves,
    care.is_long_in_care,
    care.same_placement_two_years,
    care.same_carer_two_years,
    care.iro_id,
    care.social_worker_id,
    care.team_id,
    care.team_manager_id,
    care.service_manager_id,
    reviews.reviews_held,
    reviews.last_review_date,
    reviews.last_review_in_time,
    reviews.has_review_held_or_due,
    reviews.latest_review_in_time,
    reviews.next_review_due_date,
    reviews.next_review_planned_date,
    reviews.next_review_status,
    coalesce(review_actions.open_review_actions, 0) as open_review_actions,
    coalesce(review_actions.overdue_review_actions, 0) as overdue_review_actions,
    plans.second_review_date,
    plans.is_second_review_held,
    plans.first_plan_timeliness,
    plans.current_plan_status,
    plans.without_plan_since,
    plans.decision_id,
    plans.plan_option,
    plans.route,
    plans.plan_agreed_date,
    plans.agreed_at_review_number,
    plans.days_to_agree,
    plans.plan_target_date,
    plans.plan_obstacle,
    plans.parallel_plan_options,
    plans.next_milestone,
    plans.next_milestone_planned_date,
    plans.next_milestone_target_date,
    plans.next_milestone_days_over,
    plans.has_placement_order_without_match,
    plans.is_long_term_fostering_not_matched,
    pathway_plans.pathway_plan_date,
    plan_actions.action_code as last_action,
    plan_actions.discussed_date as last_action_date,
    plan_actions.due_date as last_action_due_date,
    plan_actions.in_hand_until,
    contacts.last_social_worker_visit_date,
    contacts.last_seen_date,
    contacts.seen_in_six_weeks,
    contacts.last_iro_contact_date,
    contacts.missing_episodes_in_90_days,
    escalations.escalation_id as open_escalation_id,
    escalations.stage_number as open_escalation_stage,
    escalations.notified_role as open_escalation_with,
    escalations.notified_professional_id as open_escalation_with_id,
    escalations.response_due_date as open_escalation_response_due,
    escalations.working_days_open as open_escalation_working_days,
    case
        when care.care_basis = 'short_break' then 'NOT JUDGED'
        else coalesce(judged.worst, 'GREEN')
    end as rag,
    case
        when care.care_basis = 'short_break' then array[]::text[]
        else coalesce(judged.rag_reasons, array[]::text[])
    end as rag_reasons,
    children.source
from {{ ref('int_positions__children') }} as children
inner join {{ ref('int_positions__care') }} as care
    on children.child_ref = care.child_ref and children.position_date = care.position_date
inner join {{ ref('int_positions__reviews') }} as reviews
    on children.child_ref = reviews.child_ref and children.position_date = reviews.position_date
inner join {{ ref('int_positions__plans') }} as plans
    on children.child_ref = plans.child_ref and children.position_date = plans.position_date
inner join {{ ref('int_positions__contacts') }} as contacts
    on children.child_ref = contacts.child_ref and children.position_date = contacts.position_date
inner join {{ ref('int_care__whole_periods') }} as periods on children.care_period_id = periods.care_period_id
left join {{ ref('dim_child') }} as dim_child on children.child_ref = dim_child.child_ref
left join {{ ref('int_positions__immigration') }} as immigration
    on children.child_ref = immigration.child_ref and children.position_date = immigration.position_date
left join {{ ref('int_positions__review_actions') }} as review_actions
    on children.child_ref = review_actions.child_ref and children.position_date = review_actions.position_date
left join {{ ref('int_positions__pathway_plans') }} as pathway_plans
    on children.child_ref = pathway_plans.child_ref and children.position_date = pathway_plans.position_date
left join {{ ref('int_positions__plan_actions') }} as plan_actions
    on children.child_ref = plan_actions.child_ref and children.position_date = plan_actions.position_date
left join {{ ref('int_positions__escalations') }} as escalations
    on children.child_ref = escalations.child_ref and children.position_date = escalations.position_date
left join judged on children.child_ref = judged.child_ref and children.position_date = judged.position_date
