-- how the plan for permanence of a child in care stands on each position day. What was agreed later is not agreed yet,
-- what ended or was achieved later goes on
with carried as (
    select
        (
            select count(*) > 0
            from {{ ref('int_plans__decisions') }} as decisions
            where decisions.source = 'cssu'
        ) as are_plans,
        (select count(*) > 0 from {{ ref('int_plans__milestones') }}) as are_steps
),

history as (
    select
        plans.child_ref,
        plans.position_date,
        min(plans.agreed_date) as first_agreed_date,
        max(plans.ended_date) as last_ended_date,
        (array_agg(plans.is_agreed_by_second_review order by plans.agreed_date, plans.decision_id))[1]
            as is_first_by_second_review,
        string_agg(plans.plan_option, ', ' order by plans.agreed_date, plans.decision_id) filter (
            where plans.ended_date is null and not plans.is_current
        ) as parallel_plan_options
    from {{ ref('int_positions__agreed_plans') }} as plans
    group by plans.child_ref, plans.position_date
),

current_plans as (
    select plans.*
    from {{ ref('int_positions__agreed_plans') }} as plans
    where plans.is_current
),

stood as (
    select
        children.child_ref,
        children.position_date,
        care.care_basis,
        care.legal_status,
        care.placement_type,
        care.placement_group,
        due.second_review_due_date,
        case
            when due.second_review_held_date <= children.position_date then due.second_review_held_date
        end as second_review_held_date,
        history.first_agreed_date,
        history.last_ended_date,
        history.is_first_by_second_review,
        current_plans.decision_id,
        current_plans.plan_option,
        options.route,
        options.annex_a_category,
        current_plans.agreed_date,
        current_plans.days_to_agree,
        current_plans.review_number,
        current_plans.target_date,
        current_plans.obstacle,
        coalesce(current_plans.is_achieved, false) as is_achieved,
        history.parallel_plan_options,
        least(
            case when current_plans.target_date < children.position_date then current_plans.target_date end,
            steps.step_passed_on
        ) as date_passed_on,
        coalesce(steps.has_return_home_step, false) as has_return_home_step,
        coalesce(steps.is_matched, false) as is_matched,
        steps.next_milestone,
        steps.next_planned_date,
        steps.next_target_date,
        carried.are_steps,
        carried.are_plans and coalesce(spoken.is_carried, false) as are_plans
    from {{ ref('int_positions__children') }} as children
    cross join carried
    inner join {{ ref('int_positions__care') }} as care
        on children.child_ref = care.child_ref and children.position_date = care.position_date
    left join {{ ref('int_run__carried') }} as spoken
        on
            spoken.concept = 'plans'
            and children.position_date >= spoken.from_day
            and children.position_date < spoken.to_day
    left join {{ ref('int_plans__due') }} as due
        on children.care_period_id = due.care_period_id and children.child_ref = due.child_ref
    left join history on children.child_ref = history.child_ref and children.position_date = history.position_date
    left join current_plans
        on children.child_ref = current_plans.child_ref and children.position_date = current_plans.position_date
    left join {{ ref('permanence_option') }} as options on current_plans.plan_option = options.plan_option
    left join {{ ref('int_positions__plan_steps') }} as steps
        on children.child_ref = steps.child_ref and children.position_date = steps.position_date
),

judged as (
    select
        stood.*,
        coalesce(stood.second_review_held_date, stood.second_review_due_date) as second_review_date
    from stood
)

select
    judged.child_ref,
    judged.position_date,
    judged.second_review_date,
    judged.second_review_held_date is not null as is_second_review_held,
    case
        when judged.care_basis = 'short_break' then 'short breaks: not judged'
        when not judged.are_plans then 'not carried by this source'
        when judged.first_agreed_date is null then 'not yet'
        when judged.is_first_by_second_review then 'by the second review'
        when not judged.is_first_by_second_review then 'late'
        -- of a period that began before reviews can be known
        else 'not carried by this source'
    end as first_plan_timeliness,
    case
        when judged.care_basis = 'short_break' then 'short breaks: not judged'
        when not judged.are_plans then 'not carried by this source'
        when judged.is_achieved then 'achieved, child living in it'
        when judged.date_passed_on is not null then 'agreed, milestone overdue'
        when judged.decision_id is not null then 'agreed and on track'
        when judged.first_agreed_date is not null
            then 'no current plan, an earlier one ended, was reversed or broke down'
        when judged.second_review_date < judged.position_date then 'first plan overdue'
        when judged.second_review_date - judged.position_date <= {{ threshold('first_plan_due_soon_days') }}
            then 'first plan due within 28 days'
        else 'first plan not yet due'
    end as current_plan_status,
    case when judged.decision_id is null then judged.last_ended_date end as without_plan_since,
    judged.decision_id,
    judged.plan_option,
    judged.route,
    judged.annex_a_category,
    judged.agreed_date as plan_agreed_date,
    judged.review_number as agreed_at_review_number,
    judged.days_to_agree,
    judged.target_date as plan_target_date,
    judged.obstacle as plan_obstacle,
    judged.is_achieved,
    judged.parallel_plan_options,
    judged.date_passed_on,
    case when judged.are_steps then judged.next_milestone else 'not carried' end as next_milestone,
    judged.next_planned_date as next_milestone_planned_date,
    judged.next_target_date as next_milestone_target_date,
    judged.position_date - coalesce(judged.next_planned_date, judged.next_target_date)
        as next_milestone_days_over,
    judged.are_plans,
    judged.are_steps,
    judged.has_return_home_step,
    case
        when judged.are_steps
            then
                coalesce(judged.legal_status = 'E1', false)
                and not judged.is_matched
                and coalesce(judged.placement_group <> 'placed for adoption', true)
    end as has_placement_order_without_match,
    -- definitions: long-term fostering in a placement coded U3 or U6 is not formally matched
    case
        when judged.care_basis = 'full' and judged.are_plans
            then coalesce(judged.annex_a_category = 'f' and judged.placement_type in ('U3', 'U6'), false)
    end as is_long_term_fostering_not_matched
from judged
