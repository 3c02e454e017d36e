-- how many children each IRO carries on each position day, an IRO who holds a post and carries none among them
with carried as (
    select
        children.iro_id,
        children.position_date,
        count(*) filter (where children.is_in_care) as children_in_care,
        count(*) filter (where children.is_on_plan) as children_on_plans,
        count(*) filter (where children.is_in_care and children.is_on_plan) as children_both,
        count(*) as children
    from {{ ref('int_performance__children') }} as children
    where children.iro_id is not null
    group by children.iro_id, children.position_date
)

select
    coalesce(posts.iro_id, carried.iro_id) as iro_id,
    coalesce(posts.position_date, carried.position_date) as position_date,
    coalesce(carried.children_in_care, 0) as children_in_care,
    coalesce(carried.children_on_plans, 0) as children_on_plans,
    coalesce(carried.children_both, 0) as children_both,
    coalesce(carried.children, 0) as children,
    posts.fte_total,
    posts.fte_children,
    coalesce(posts.is_absent, false) as is_absent
from {{ ref('int_performance__posts') }} as posts
full join carried on posts.iro_id = carried.iro_id and posts.position_date = carried.position_date
