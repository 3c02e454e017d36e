-- who is on a child protection plan on each position day, unborn children among them. Plans that ended before the
-- extract's window are in no source: of days before it nobody knows who was on one
with shown as (
    select days.*
    from {{ ref('int_positions__days') }} as days
    left join {{ ref('int_run__shown_from') }} as shown_from on shown_from.table_name = 'cp_plans'
    where shown_from.from_day is null or days.position_date >= shown_from.from_day
),

on_plan as (
    -- two plans at a time are a mistake in the record, and one child: the later one is shown
    select distinct on (plans.child_ref, shown.position_date)
        shown.position_date,
        shown.is_month_end,
        shown.is_as_at,
        plans.*
    from shown
    inner join {{ ref('int_protection__plans') }} as plans
        on
            shown.position_date >= plans.started_on
            and (plans.ended_on is null or shown.position_date < plans.ended_on)
    order by plans.child_ref, shown.position_date, plans.started_on desc, plans.cp_plan_id
)

select
    on_plan.source,
    on_plan.child_ref,
    on_plan.position_date,
    on_plan.is_month_end,
    on_plan.is_as_at,
    on_plan.cp_plan_id,
    on_plan.started_on,
    on_plan.initial_category,
    on_plan.latest_category,
    on_plan.other_authority,
    on_plan.previous_plans,
    on_plan.is_repeat_within_2_years,
    on_plan.scrutiny_due_on,
    case when on_plan.scrutinised_on <= on_plan.position_date then on_plan.scrutinised_on end as scrutinised_on,
    {{ plan_length_band('on_plan.started_on', 'on_plan.position_date') }} as length_band,
    on_plan.position_date > on_plan.scrutiny_due_on as is_over_15_months,
    on_plan.position_date > on_plan.two_years_on as is_over_two_years,
    coalesce(
        {{ unborn_on('on_plan.position_date', 'children.date_of_birth', 'children.expected_date_of_birth') }}, false
    ) as is_unborn,
    {{ age_on('on_plan.position_date', 'children.date_of_birth') }} as age_years,
    in_care.child_ref is not null as is_in_care
from on_plan
left join {{ ref('int_people__children') }} as children on on_plan.child_ref = children.child_ref
left join {{ ref('int_positions__children') }} as in_care
    on on_plan.child_ref = in_care.child_ref and on_plan.position_date = in_care.position_date
