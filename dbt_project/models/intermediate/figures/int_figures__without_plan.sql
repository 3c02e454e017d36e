-- children in full care without the plan for permanence they should have, on each day of which positions are shown: the
-- IRO who answers for it is who was allocated on the day the plan was due, or was lost
with members as (
    select
        plans.child_ref,
        plans.position_date as member_date,
        coalesce(plans.without_plan_since, plans.second_review_date) as answerable_date
    from {{ ref('int_positions__plans') }} as plans
    where
        plans.current_plan_status in (
            'first plan overdue', 'no current plan, an earlier one ended, was reversed or broke down'
        )
)

select
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.answerable_date') }},
    true as cic_drifting,
    (members.member_date - members.answerable_date)::numeric as cic_days_without_plan
from members
{{ member_joins('members.answerable_date') }}
