-- children on child protection plans on each day of which positions are shown, unborn children among them
with on_plan as (
    -- two plans at a time are a mistake in the record, and one child: the later one is shown
    select distinct on (plans.child_ref, positions.position_date)
        plans.child_ref,
        positions.position_date,
        plans.cp_plan_id,
        plans.started_on,
        plans.latest_category,
        plans.previous_plans,
        plans.scrutinised_on
    from {{ ref('int_positions__days') }} as positions
    inner join {{ ref('int_protection__plans') }} as plans
        on
            positions.position_date >= plans.started_on
            and (plans.ended_on is null or positions.position_date < plans.ended_on)
    order by plans.child_ref, positions.position_date, plans.started_on desc, plans.cp_plan_id
),

visits_known as (
    -- where no visit is told of so long a time, nobody knows who was seen in it
    select min(visits.visit_date) + {{ threshold('protection_seen_within_days') }} as from_day
    from {{ ref('int_protection__visits') }} as visits
),

seen_days as (
    -- the days on which a child was seen, each until the next one
    select
        visits.child_ref,
        visits.visit_date,
        bool_or(visits.seen_alone = 'Y') as is_seen_alone,
        lead(visits.visit_date) over (partition by visits.child_ref order by visits.visit_date) as next_visit_date
    from {{ ref('int_protection__visits') }} as visits
    where visits.seen = 'Y'
    group by visits.child_ref, visits.visit_date
),

seen as (
    select
        on_plan.child_ref,
        on_plan.position_date,
        on_plan.position_date - seen_days.visit_date
        <= {{ threshold('protection_seen_within_days') }} as is_seen_lately,
        -- seen while on an earlier plan is not seen on this one
        seen_days.is_seen_alone and seen_days.visit_date >= on_plan.started_on as is_seen_alone
    from on_plan
    inner join seen_days
        on
            on_plan.child_ref = seen_days.child_ref
            and on_plan.position_date >= seen_days.visit_date
            and (seen_days.next_visit_date is null or on_plan.position_date < seen_days.next_visit_date)
),

members as (
    select
        on_plan.child_ref,
        on_plan.position_date as member_date,
        on_plan.latest_category,
        on_plan.previous_plans,
        on_plan.scrutinised_on,
        {{ plan_length_band('on_plan.started_on', 'on_plan.position_date') }} as length_band,
        on_plan.position_date
        > {{ months_after('on_plan.started_on', threshold('plan_scrutiny_months')) }} as is_over_15_months,
        on_plan.position_date
        > {{ months_after('on_plan.started_on', threshold('long_plan_months')) }} as is_over_two_years,
        case when on_plan.position_date >= visits_known.from_day then coalesce(seen.is_seen_lately, false) end
            as is_seen_lately,
        case when on_plan.position_date >= visits_known.from_day then coalesce(seen.is_seen_alone, false) end
            as is_seen_alone
    from on_plan
    left join seen on on_plan.child_ref = seen.child_ref and on_plan.position_date = seen.position_date
    cross join visits_known
),

described as (
    select
        members.*,
        {{ member_attributes('members.member_date') }},
        coalesce(
            {{ unborn_on('members.member_date', 'children.date_of_birth', 'children.expected_date_of_birth') }}, false
        ) as is_unborn,
        {{ age_on('members.member_date', 'children.date_of_birth') }} as age_years
    from members
    {{ member_joins('members.member_date') }}
)

select
    described.child_ref,
    described.member_date,
    described.team_id,
    described.service_manager_id,
    described.iro_id,
    described.age_band,
    described.sex,
    described.ethnicity_group,
    described.latest_category as category_of_abuse,
    described.length_band,
    true as cp_count,
    true as cp_rate,
    described.is_over_15_months as cp_over_15_months,
    case
        when described.is_over_15_months then coalesce(described.scrutinised_on <= described.member_date, false)
    end as cp_over_15_months_scrutinised,
    described.is_over_two_years as cp_over_two_years,
    described.length_band = '3 months or less' as cp_three_months_or_less,
    described.length_band = 'more than 3 months, up to 6 months' as cp_three_to_six_months,
    described.length_band = 'more than 6 months, less than 1 year' as cp_six_months_to_a_year,
    described.length_band = '1 year, less than 2 years' as cp_one_to_two_years,
    described.length_band = '2 years or more' as cp_two_years_or_more,
    coalesce(described.ethnicity_group = 'White', false) as cp_white,
    described.is_unborn as cp_unborn,
    described.previous_plans > 0 as cp_had_earlier_plan,
    coalesce(described.latest_category in ('NEG', 'EMO'), false) as cp_emotional_or_neglect,
    described.is_seen_lately as cp_seen_in_four_weeks,
    case when not described.is_unborn then described.is_seen_lately end as cp_seen_in_four_weeks_born,
    described.is_seen_alone as cp_seen_alone,
    case when not described.is_unborn then described.is_seen_alone end as cp_seen_alone_born,
    case when described.age_years >= 4 then described.is_seen_alone end as cp_seen_alone_aged_four
from described
