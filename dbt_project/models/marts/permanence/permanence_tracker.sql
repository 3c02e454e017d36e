with in_care as (
    -- definitions: an open period of care on the day, under 18; tracked whether or not the person's record is there.
    -- Only the source that speaks for the day counts; reviews and plans stand where the period is told whole.
    select
        periods.whole_period_id as care_period_id,
        periods.care_period_id as spoken_period_id,
        periods.child_ref,
        periods.started_on,
        children.date_of_birth
    from {{ ref('int_care__periods') }} as periods
    left join {{ ref('int_people__children') }} as children on periods.child_ref = children.child_ref
    where
        periods.speaks_from <= {{ as_at() }}
        and (periods.ended_on is null or periods.ended_on > {{ as_at() }})
        and periods.covered_until > {{ as_at() }}
        and (children.date_of_birth is null or extract(year from age({{ as_at() }}, children.date_of_birth)) < 18)
),

one_period as (
    -- a child with two open periods is one child: the later one is shown, gate 1 lists them
    select distinct on (in_care.child_ref)
        in_care.care_period_id,
        in_care.spoken_period_id,
        in_care.child_ref,
        in_care.started_on,
        in_care.date_of_birth
    from in_care
    order by in_care.child_ref, in_care.started_on desc, in_care.care_period_id
),

status_now as (
    select distinct on (spells.care_period_id)
        spells.care_period_id,
        spells.legal_status,
        spells.care_basis,
        spells.from_day
    from {{ ref('int_care__legal_spells') }} as spells
    where spells.from_day <= {{ as_at() }} and spells.to_day > {{ as_at() }}
    order by spells.care_period_id, spells.from_day desc
),

placement_now as (
    select distinct on (spells.care_period_id)
        spells.care_period_id,
        spells.placement_type,
        spells.placement_provider,
        spells.from_day
    from {{ ref('int_care__placement_spells') }} as spells
    where spells.from_day <= {{ as_at() }} and (spells.ended_on is null or spells.ended_on > {{ as_at() }})
    order by spells.care_period_id, spells.from_day desc, spells.placement_id desc
),

worker_now as (
    select distinct on (allocations.child_ref, allocations.role)
        allocations.child_ref,
        allocations.role,
        allocations.professional_id,
        allocations.team_id
    from {{ ref('int_people__allocations') }} as allocations
    where
        allocations.from_day <= {{ as_at() }}
        and (allocations.ended_on is null or allocations.ended_on > {{ as_at() }})
    order by allocations.child_ref, allocations.role, allocations.from_day desc, allocations.involvement_id
),

reviews_held as (
    select
        reviews.care_period_id,
        count(*)::integer as reviews_held,
        max(reviews.held_date) as last_review_date,
        (array_agg(reviews.in_time order by reviews.held_date desc))[1] as last_review_in_time
    from {{ ref('fct_cic_review') }} as reviews
    where reviews.held_date <= {{ as_at() }}
    group by reviews.care_period_id
),

-- the first review not held by the day: its clock ran from the one before
next_review as (
    select distinct on (clock.care_period_id)
        clock.care_period_id,
        clock.due_date,
        clock.planned_date
    from {{ ref('int_reviews__clock') }} as clock
    where clock.held_date is null or clock.held_date > {{ as_at() }}
    order by clock.care_period_id, clock.review_number
),

second_review as (
    select
        periods.care_period_id,
        second.held_date as second_held,
        coalesce(
            second.due_date,
            {{ months_after('first.due_date', threshold('second_review_months')) }}
        ) as second_due
    from one_period as periods
    left join {{ ref('int_reviews__clock') }} as first
        on periods.care_period_id = first.care_period_id and first.review_number = 1
    left join {{ ref('int_reviews__clock') }} as second
        on periods.care_period_id = second.care_period_id and second.review_number = 2
),

plans as (
    select
        plans.decision_id,
        plans.care_period_id,
        plans.plan_option,
        plans.plan_role,
        plans.agreed_date,
        plans.days_to_agree,
        plans.target_date,
        plans.achieved_date <= {{ as_at() }} as is_achieved,
        options.route,
        case when plans.ended_date <= {{ as_at() }} then plans.ended_date end as ended_date,
        options.label as option_label
    from {{ ref('fct_permanence_plan') }} as plans
    left join {{ ref('dim_permanence_option') }} as options on plans.plan_option = options.plan_option
    where plans.agreed_date <= {{ as_at() }}
),

current_primary as (
    select distinct on (plans.care_period_id)
        plans.care_period_id,
        plans.decision_id,
        plans.plan_option,
        plans.option_label,
        plans.route,
        plans.agreed_date,
        plans.days_to_agree,
        plans.target_date,
        coalesce(plans.is_achieved, false) as is_achieved
    from plans
    where plans.ended_date is null
    order by plans.care_period_id, (plans.plan_role = 'PRIMARY') desc, plans.agreed_date desc, plans.decision_id
),

parallel_plans as (
    select
        plans.care_period_id,
        string_agg(plans.option_label, ', ' order by plans.agreed_date, plans.decision_id) as parallel_plans
    from plans
    inner join current_primary on plans.care_period_id = current_primary.care_period_id
    where plans.ended_date is null and plans.decision_id <> current_primary.decision_id
    group by plans.care_period_id
),

plan_history as (
    select
        plans.care_period_id,
        min(plans.agreed_date) as first_agreed_date,
        max(plans.ended_date) as last_ended_date
    from plans
    group by plans.care_period_id
),

milestone_overdue as (
    select distinct current_primary.care_period_id
    from current_primary
    inner join {{ ref('int_plans__milestones') }} as milestones
        on current_primary.decision_id = milestones.decision_id
    where
        milestones.planned_date < {{ as_at() }}
        and (milestones.actual_date is null or milestones.actual_date > {{ as_at() }})
),

plan_steps as (
    select
        plans.care_period_id,
        bool_or(
            plans.decision_id = current_primary.decision_id
            and milestones.milestone = 'RETURN_HOME_STEP'
            and coalesce(milestones.planned_date, milestones.actual_date) is not null
        ) as has_return_home_step,
        bool_or(milestones.milestone = 'ADOPTION_MATCH_PANEL' and milestones.actual_date <= {{ as_at() }}) as is_matched
    from plans
    inner join current_primary on plans.care_period_id = current_primary.care_period_id
    inner join {{ ref('int_plans__milestones') }} as milestones on plans.decision_id = milestones.decision_id
    where plans.ended_date is null
    group by plans.care_period_id
),

last_action as (
    select distinct on (actions.child_ref)
        actions.child_ref,
        actions.action_code,
        actions.discussed_date,
        actions.due_date,
        actions.due_date >= {{ as_at() }} and (actions.done_date is null or actions.done_date > {{ as_at() }})
            as in_hand
    from {{ ref('int_plans__actions') }} as actions
    where actions.discussed_date <= {{ as_at() }}
    order by actions.child_ref, actions.discussed_date desc, actions.action_id desc
),

case_now as (
    select distinct on (cases.escalation_id)
        cases.child_ref,
        cases.escalation_id,
        cases.raised_date,
        stages.stage_number,
        stages.notified_role,
        stages.response_due_date,
        coalesce(
            stages.response_due_date < {{ as_at() }}
            and (stages.responded_date is null or stages.responded_date > {{ as_at() }}),
            false
        ) as is_unanswered
    from {{ ref('int_escalation__cases') }} as cases
    left join {{ ref('int_escalation__stages') }} as stages
        on cases.escalation_id = stages.escalation_id and stages.notified_date <= {{ as_at() }}
    where
        cases.raised_date <= {{ as_at() }}
        and (cases.closed_date is null or cases.closed_date > {{ as_at() }})
    order by cases.escalation_id, stages.stage_number desc, stages.stage_id desc
),

open_stage as (
    -- of several open escalations the one that waits for an answer
    select distinct on (case_now.child_ref)
        case_now.child_ref,
        case_now.escalation_id,
        case_now.stage_number,
        case_now.notified_role,
        case_now.response_due_date,
        case_now.is_unanswered
    from case_now
    order by case_now.child_ref, case_now.is_unanswered desc, case_now.raised_date, case_now.escalation_id
),

steps as (
    select count(*) > 0 as are_recorded
    from {{ ref('int_plans__milestones') }}
),

carried as (
    select
        coalesce(bool_or(carried.is_carried) filter (where carried.concept = 'plans'), false) as plans_carried,
        coalesce(bool_or(carried.is_carried) filter (where carried.concept = 'allocations'), false)
            as allocations_carried,
        -- a step that no record could show is not missing
        coalesce(bool_or(steps.are_recorded), false) as milestones_carried
    from {{ ref('int_run__carried') }} as carried
    cross join steps
),

gathered as (
    select
        one_period.child_ref,
        one_period.care_period_id,
        one_period.date_of_birth,
        one_period.started_on,
        status_now.legal_status,
        coalesce(status_now.care_basis, 'full') as care_basis,
        placement_now.placement_type,
        placement_now.placement_provider,
        placement_now.from_day as placement_started_on,
        iro.professional_id as iro_id,
        social_worker.professional_id as social_worker_id,
        coalesce(social_worker.team_id, iro.team_id) as team_id,
        coalesce(reviews_held.reviews_held, 0) as reviews_held,
        reviews_held.last_review_date,
        reviews_held.last_review_in_time,
        next_review.due_date as next_review_due_date,
        next_review.planned_date as next_review_planned_date,
        second_review.second_due,
        case when second_review.second_held <= {{ as_at() }} then second_review.second_held end as second_held,
        plan_history.first_agreed_date,
        plan_history.last_ended_date,
        current_primary.decision_id,
        current_primary.plan_option,
        current_primary.option_label,
        current_primary.route,
        current_primary.agreed_date,
        current_primary.days_to_agree,
        current_primary.target_date,
        current_primary.is_achieved,
        coalesce(plan_steps.has_return_home_step, false) as has_return_home_step,
        coalesce(plan_steps.is_matched, false) as is_matched,
        parallel_plans.parallel_plans,
        milestone_overdue.care_period_id is not null or current_primary.target_date < {{ as_at() }}
            as has_date_passed,
        last_action.action_code,
        last_action.discussed_date,
        last_action.due_date as action_due_date,
        coalesce(last_action.in_hand, false) as in_hand,
        open_stage.escalation_id,
        open_stage.stage_number,
        open_stage.notified_role,
        open_stage.response_due_date,
        coalesce(open_stage.is_unanswered, false) as escalation_unanswered,
        carried.plans_carried,
        carried.allocations_carried,
        carried.milestones_carried
    from one_period
    cross join carried
    left join status_now on one_period.spoken_period_id = status_now.care_period_id
    left join placement_now on one_period.spoken_period_id = placement_now.care_period_id
    left join worker_now as iro on one_period.child_ref = iro.child_ref and iro.role = 'IRO'
    left join worker_now as social_worker
        on one_period.child_ref = social_worker.child_ref and social_worker.role = 'SOCIAL_WORKER'
    left join reviews_held on one_period.care_period_id = reviews_held.care_period_id
    left join next_review on one_period.care_period_id = next_review.care_period_id
    left join second_review on one_period.care_period_id = second_review.care_period_id
    left join plan_history on one_period.care_period_id = plan_history.care_period_id
    left join current_primary on one_period.care_period_id = current_primary.care_period_id
    left join plan_steps on one_period.care_period_id = plan_steps.care_period_id
    left join parallel_plans on one_period.care_period_id = parallel_plans.care_period_id
    left join milestone_overdue on one_period.care_period_id = milestone_overdue.care_period_id
    left join last_action on one_period.child_ref = last_action.child_ref
    left join open_stage on one_period.child_ref = open_stage.child_ref
),

judged as (
    select
        gathered.*,
        coalesce(gathered.second_held, gathered.second_due) as second_review_date,
        {{ months_after('gathered.placement_started_on', threshold('care_order_with_parents_months')) }}
        < {{ as_at() }} as is_placed_long,
        case
            when gathered.care_basis = 'short_break' then 'short breaks: not judged'
            when not gathered.plans_carried then 'not carried by this source'
            when gathered.first_agreed_date <= coalesce(gathered.second_held, gathered.second_due)
                then 'by the second review'
            when gathered.first_agreed_date is not null then 'late'
            else 'not yet'
        end as first_plan_timeliness,
        case
            when gathered.care_basis = 'short_break' then 'short breaks: not judged'
            when not gathered.plans_carried then 'not carried by this source'
            when gathered.is_achieved then 'achieved, child living in it'
            when gathered.decision_id is not null and gathered.has_date_passed then 'agreed, milestone overdue'
            when gathered.decision_id is not null then 'agreed and on track'
            when gathered.first_agreed_date is not null
                then 'no current plan, an earlier one ended, was reversed or broke down'
            when coalesce(gathered.second_held, gathered.second_due) < {{ as_at() }} then 'first plan overdue'
            when
                coalesce(gathered.second_held, gathered.second_due) - {{ as_at() }}
                <= {{ threshold('first_plan_due_soon_days') }} then 'first plan due within 28 days'
            else 'first plan not yet due'
        end as current_plan_status,
        case
            when gathered.next_review_due_date >= {{ as_at() }} then 'not yet due'
            when
                gathered.next_review_due_date + {{ threshold('review_record_grace_days') }} >= {{ as_at() }}
                then 'due, no completed record yet'
            when gathered.next_review_due_date is not null then 'overdue'
        end as next_review_status
    from gathered
),

reasons as (
    select
        judged.child_ref,
        array_agg(rag_reason.words order by rag_reason.rag desc, rag_reason.reason) as rag_reasons,
        max(rag_reason.rag) as worst
    from judged
    cross join
        lateral (
            values
            ('first_plan_overdue', judged.current_plan_status = 'first plan overdue'),
            ('no_current_plan', judged.current_plan_status like 'no current plan%'),
            ('milestone_overdue', judged.current_plan_status = 'agreed, milestone overdue'),
            ('first_plan_due_soon', judged.current_plan_status = 'first plan due within 28 days'),
            ('no_iro', judged.allocations_carried and judged.iro_id is null),
            ('no_social_worker', judged.allocations_carried and judged.social_worker_id is null),
            ('review_overdue', judged.next_review_status = 'overdue'),
            ('escalation_unanswered', judged.escalation_unanswered),
            (
                'return_home_without_steps',
                judged.milestones_carried and judged.route = 'return home' and not judged.is_achieved
                and not judged.has_return_home_step
            ),
            (
                'placement_order_without_match',
                judged.milestones_carried and judged.legal_status = 'E1' and not judged.is_matched
                and coalesce(judged.placement_type not in ('A3', 'A4', 'A5', 'A6'), true)
            ),
            (
                'care_order_with_parents',
                judged.legal_status in ('C1', 'C2') and judged.placement_type = 'P1' and judged.is_placed_long
            )
        ) as found (reason, applies)
    inner join {{ ref('rag_reason') }} as rag_reason on found.reason = rag_reason.reason
    where found.applies and judged.care_basis = 'full'
    group by judged.child_ref
)

select
    judged.child_ref,
    judged.care_period_id,
    extract(year from age({{ as_at() }}, judged.date_of_birth))::integer as age,
    judged.care_basis,
    judged.started_on as care_started_on,
    {{ as_at() }} - judged.started_on as days_in_care,
    judged.legal_status,
    legal_status.label as legal_status_label,
    judged.placement_type,
    placement_type.label as placement_type_label,
    judged.placement_provider,
    judged.placement_started_on,
    judged.iro_id,
    iro.professional_name as iro_name,
    judged.social_worker_id,
    social_worker.professional_name as social_worker_name,
    judged.team_id,
    team.team_name,
    judged.reviews_held,
    judged.last_review_date,
    judged.last_review_in_time,
    judged.second_review_date,
    judged.second_held is not null as second_review_held,
    judged.first_plan_timeliness,
    judged.current_plan_status,
    case
        when judged.current_plan_status like 'no current plan%' then judged.last_ended_date
    end as without_plan_since,
    judged.plan_option,
    judged.option_label as plan,
    judged.parallel_plans,
    judged.agreed_date as plan_agreed_date,
    judged.days_to_agree,
    judged.target_date as plan_target_date,
    judged.action_code as last_action,
    judged.discussed_date as last_action_date,
    judged.action_due_date as last_action_due_date,
    judged.in_hand,
    judged.next_review_due_date,
    judged.next_review_planned_date,
    judged.next_review_status,
    judged.escalation_id as open_escalation_id,
    judged.stage_number as open_escalation_stage,
    judged.notified_role as open_escalation_with,
    judged.response_due_date as open_escalation_response_due,
    case
        when judged.care_basis = 'short_break' then 'NOT JUDGED'
        else coalesce(reasons.worst, 'GREEN')
    end as rag,
    coalesce(reasons.rag_reasons, array[]::text[]) as rag_reasons
from judged
left join reasons on judged.child_ref = reasons.child_ref
left join {{ ref('code') }} as legal_status
    on judged.legal_status = legal_status.code and legal_status.list = 'legal_status'
left join {{ ref('code') }} as placement_type
    on judged.placement_type = placement_type.code and placement_type.list = 'placement_type'
left join {{ ref('dim_professional') }} as iro on judged.iro_id = iro.professional_id
left join {{ ref('dim_professional') }} as social_worker on judged.social_worker_id = social_worker.professional_id
left join {{ ref('dim_team') }} as team on judged.team_id = team.team_id
