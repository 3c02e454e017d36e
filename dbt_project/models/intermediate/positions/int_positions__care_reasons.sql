-- every reason to act for a child in care on each position day: what it asks is outstanding since a day (since_date),
-- was or is due on one (due_date). Words, colour and owner of each are in the seed reason_to_act
with positions as (
    select
        children.child_ref,
        children.position_date,
        children.date_of_birth,
        care.care_basis,
        care.legal_status,
        care.legal_status_since,
        care.placement_type,
        care.placement_since,
        care.section_20_over_3_months,
        care.iro_id,
        care.social_worker_id,
        answering.no_iro_since,
        answering.no_social_worker_since,
        reviews.next_review_due_date,
        reviews.next_review_status,
        due_soon.from_day as due_soon_from,
        review_actions.overdue_since as action_overdue_since,
        review_actions.longest_overdue_action_id,
        plans.current_plan_status,
        plans.second_review_date,
        plans.second_review_date - {{ threshold('first_plan_due_soon_days') }} as first_plan_due_soon_from,
        plans.without_plan_since,
        plans.decision_id,
        plans.route,
        plans.plan_agreed_date,
        plans.date_passed_on,
        plans.is_achieved,
        plans.are_plans,
        plans.are_steps,
        plans.has_return_home_step,
        plans.has_placement_order_without_match,
        plans.is_long_term_fostering_not_matched,
        plan_actions.in_hand_until,
        escalations.escalation_id,
        escalations.response_due_date,
        coalesce(escalations.is_unanswered, false) as is_escalation_unanswered,
        pathway_plans.child_ref is not null as has_pathway_plan,
        {{ months_after('children.date_of_birth', threshold('pathway_plan_months')) }} as pathway_plan_due_date,
        {{ months_after('care.placement_since', threshold('care_order_with_parents_months')) }} as with_parents_until,
        {{ months_after('care.legal_status_since', threshold('section_20_months')) }} as section_20_until,
        care.legal_status_since + {{ threshold('placement_order_match_days') }} as match_due_date,
        carried.are_allocations,
        carried.are_pathway_plans
    from {{ ref('int_positions__children') }} as children
    inner join {{ ref('int_positions__carried') }} as carried on children.position_date = carried.position_date
    inner join {{ ref('int_positions__answering') }} as answering
        on children.child_ref = answering.child_ref and children.position_date = answering.position_date
    inner join {{ ref('int_positions__care') }} as care
        on children.child_ref = care.child_ref and children.position_date = care.position_date
    inner join {{ ref('int_positions__reviews') }} as reviews
        on children.child_ref = reviews.child_ref and children.position_date = reviews.position_date
    inner join {{ ref('int_positions__plans') }} as plans
        on children.child_ref = plans.child_ref and children.position_date = plans.position_date
    left join {{ ref('int_positions__due_soon') }} as due_soon
        on reviews.next_review_due_date = due_soon.due_date
    left join {{ ref('int_positions__review_actions') }} as review_actions
        on children.child_ref = review_actions.child_ref and children.position_date = review_actions.position_date
    left join {{ ref('int_positions__plan_actions') }} as plan_actions
        on children.child_ref = plan_actions.child_ref and children.position_date = plan_actions.position_date
    left join {{ ref('int_positions__escalations') }} as escalations
        on children.child_ref = escalations.child_ref and children.position_date = escalations.position_date
    left join {{ ref('int_positions__pathway_plans') }} as pathway_plans
        on children.child_ref = pathway_plans.child_ref and children.position_date = pathway_plans.position_date
),

found as (
    select
        positions.child_ref,
        positions.position_date,
        found.reason,
        found.since_date,
        found.due_date,
        found.detail_ref,
        -- a discussion of drift, or of a child without a plan, takes in hand what the plan lacks
        case when found.is_of_plan then positions.in_hand_until end as in_hand_until
    from positions
    cross join
        lateral (
            values
            (
                'first_plan_overdue', true, positions.current_plan_status = 'first plan overdue',
                positions.second_review_date, positions.second_review_date, null
            ),
            (
                'no_current_plan', true, positions.current_plan_status like 'no current plan%',
                positions.without_plan_since, null, null
            ),
            (
                'milestone_overdue', true, positions.current_plan_status = 'agreed, milestone overdue',
                positions.date_passed_on, positions.date_passed_on, positions.decision_id
            ),
            (
                'first_plan_due_soon', true, positions.current_plan_status = 'first plan due within 28 days',
                positions.first_plan_due_soon_from,
                positions.second_review_date, null
            ),
            (
                'return_home_without_steps', true,
                positions.care_basis = 'full' and positions.are_steps and positions.route = 'return home'
                and not positions.is_achieved and not positions.has_return_home_step,
                positions.plan_agreed_date, null, positions.decision_id
            ),
            (
                'placement_order_without_match', true,
                positions.has_placement_order_without_match and positions.match_due_date < positions.position_date,
                positions.match_due_date, positions.match_due_date, null
            ),
            (
                'long_term_fostering_not_matched', true, positions.is_long_term_fostering_not_matched,
                greatest(positions.plan_agreed_date, positions.placement_since), null, positions.decision_id
            ),
            (
                'care_order_with_parents', true,
                positions.legal_status in ('C1', 'C2') and positions.placement_type = 'P1'
                and positions.with_parents_until < positions.position_date,
                positions.with_parents_until, null, null
            ),
            (
                'section_20_without_plan', true,
                positions.section_20_over_3_months and positions.are_plans and positions.decision_id is null,
                positions.section_20_until, null, null
            ),
            (
                'pathway_plan_missing', false,
                positions.care_basis = 'full' and positions.are_pathway_plans and not positions.has_pathway_plan
                and positions.pathway_plan_due_date < positions.position_date,
                positions.pathway_plan_due_date, positions.pathway_plan_due_date, null
            ),
            (
                'no_iro', false, positions.are_allocations and positions.iro_id is null,
                positions.no_iro_since, null, null
            ),
            (
                'no_social_worker', false, positions.are_allocations and positions.social_worker_id is null,
                positions.no_social_worker_since, null, null
            ),
            (
                'review_due_soon', false,
                positions.next_review_status = 'not yet due' and positions.due_soon_from <= positions.position_date,
                positions.due_soon_from, positions.next_review_due_date, null
            ),
            (
                'review_without_record', false, positions.next_review_status = 'due, no completed record yet',
                positions.next_review_due_date, positions.next_review_due_date, null
            ),
            (
                'review_overdue', false, positions.next_review_status = 'overdue',
                positions.next_review_due_date, positions.next_review_due_date, null
            ),
            (
                'review_action_overdue', false, positions.action_overdue_since is not null,
                positions.action_overdue_since, positions.action_overdue_since, positions.longest_overdue_action_id
            ),
            (
                'escalation_unanswered', false, positions.is_escalation_unanswered,
                positions.response_due_date, positions.response_due_date, positions.escalation_id
            )
        ) as found (reason, is_of_plan, applies, since_date, due_date, detail_ref)
    where found.applies
)

select
    found.child_ref,
    found.position_date,
    found.reason,
    found.since_date,
    found.due_date,
    found.detail_ref,
    found.in_hand_until
from found
inner join {{ ref('reason_to_act') }} as reason_to_act on found.reason = reason_to_act.reason
where reason_to_act.is_active
