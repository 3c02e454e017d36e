-- children in care, on short breaks among them, and children on plans, each once a day, with the IRO allocated on it
with carried as (
    select
        children.child_ref,
        children.position_date,
        true as is_in_care,
        false as is_on_plan
    from {{ ref('int_positions__children') }} as children
    union all
    select
        plans.child_ref,
        plans.member_date,
        false,
        true
    from {{ ref('int_figures__plan_positions') }} as plans
),

children as (
    select
        carried.child_ref,
        carried.position_date,
        bool_or(carried.is_in_care) as is_in_care,
        bool_or(carried.is_on_plan) as is_on_plan
    from carried
    group by carried.child_ref, carried.position_date
)

select
    children.child_ref,
    children.position_date,
    answering.iro_id,
    children.is_in_care,
    children.is_on_plan
from children
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        children.child_ref = answering.child_ref
        and children.position_date >= answering.from_day
        and children.position_date < answering.to_day
