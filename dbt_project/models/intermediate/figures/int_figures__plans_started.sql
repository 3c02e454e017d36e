-- child protection plans, by the day each began
with members as (
    select
        plans.cp_plan_id as member_key,
        plans.child_ref,
        plans.started_on as member_date,
        plans.initial_category,
        plans.is_repeat,
        plans.is_repeat_within_2_years
    from {{ ref('int_protection__plans') }} as plans
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date') }},
    members.initial_category as category_of_abuse,
    true as cp_started,
    true as cp_starting_rate,
    members.is_repeat as cp_started_again,
    members.is_repeat_within_2_years as cp_started_again_within_two_years
from members
{{ member_joins('members.member_date') }}
