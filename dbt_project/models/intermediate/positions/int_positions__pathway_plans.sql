-- the pathway plan of a child in care on each position day: as the case system says, which keeps the day of its last
-- review alone, and as a step on the way to a plan for permanence
with said as (
    select
        details.child_ref,
        details.pathway_plan_date,
        false as is_step
    from {{ ref('int_people__child_details') }} as details
    where details.pathway_plan_date is not null
    union all
    select
        milestones.child_ref,
        milestones.actual_date,
        true
    from {{ ref('int_plans__milestones') }} as milestones
    where milestones.milestone = 'PATHWAY_PLAN' and milestones.actual_date is not null
)

select
    children.child_ref,
    children.position_date,
    max(said.pathway_plan_date) filter (where said.pathway_plan_date <= children.position_date) as pathway_plan_date
from {{ ref('int_positions__children') }} as children
inner join said on children.child_ref = said.child_ref
-- a review later than the day does not tell that there was no plan before
where not said.is_step or said.pathway_plan_date <= children.position_date
group by children.child_ref, children.position_date
