select
    plans.cp_plan_id,
    plans.child_ref,
    plans.started_on,
    plans.ended_on,
    plans.initial_category,
    plans.latest_category,
    plans.other_authority,
    plans.previous_plans,
    plans.days_since_earlier_plan,
    plans.is_repeat,
    plans.is_repeat_within_2_years,
    plans.length_days,
    plans.length_band,
    plans.scrutiny_due_on,
    plans.scrutinised_on,
    plans.two_years_on,
    plans.was_unborn_at_start,
    plans.born_on,
    plans.age_at_start_years,
    'initial|' || plans.initial_conference_id as initial_conference_key,
    plans.was_in_care_at_start,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    plans.source
from {{ ref('int_protection__plans') }} as plans
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        plans.child_ref = answering.child_ref
        and plans.started_on >= answering.from_day
        and plans.started_on < answering.to_day
