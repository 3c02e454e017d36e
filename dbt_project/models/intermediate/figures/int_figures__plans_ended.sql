-- child protection plans, by the day each ended
with members as (
    select
        plans.cp_plan_id as member_key,
        plans.child_ref,
        plans.ended_on as member_date,
        plans.latest_category,
        plans.length_band,
        plans.ended_on
        < {{ months_after('plans.started_on', threshold('plan_length_up_to_months')) }} as was_under_three_months,
        plans.ended_on
        >= {{ months_after('plans.started_on', threshold('plan_length_second_up_to_months')) }} as was_six_months,
        plans.ended_on >= {{ months_after('plans.started_on', threshold('long_plan_months')) }} as was_two_years
    from {{ ref('int_protection__plans') }} as plans
    where plans.ended_on is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date - 1') }},
    members.latest_category as category_of_abuse,
    members.length_band,
    true as cp_ended,
    members.was_under_three_months as cp_ended_under_three_months,
    members.was_six_months and not members.was_two_years as cp_ended_six_to_24_months,
    members.was_two_years as cp_ended_two_years
from members
{{ member_joins('members.member_date - 1') }}
