with children as (
    select
        children.position_date,
        count(*) filter (where children.is_in_care) as children_in_care,
        count(*) filter (where children.is_on_plan) as children_on_plans,
        count(*) filter (where children.is_in_care and children.is_on_plan) as children_both,
        count(*) filter (where children.iro_id is null) as children_without_iro,
        count(*) as children
    from {{ ref('int_performance__children') }} as children
    group by children.position_date
),

posts as (
    select
        posts.position_date,
        sum(posts.fte_total) as fte_total,
        sum(posts.fte_children) as fte_children,
        coalesce(sum(posts.fte_children) filter (where posts.is_absent), 0) as fte_children_absent
    from {{ ref('int_performance__posts') }} as posts
    group by posts.position_date
)

select
    days.position_date,
    days.is_month_end,
    coalesce(children.children_in_care, 0)::integer as children_in_care,
    coalesce(children.children_on_plans, 0)::integer as children_on_plans,
    coalesce(children.children_both, 0)::integer as children_both,
    coalesce(children.children, 0)::integer as children,
    coalesce(children.children_without_iro, 0)::integer as children_without_iro,
    posts.fte_total::numeric(6, 2) as fte_total,
    posts.fte_children::numeric(6, 2) as fte_children,
    posts.fte_children_absent::numeric(6, 2) as fte_children_absent,
    (children.children / nullif(posts.fte_children, 0))::numeric(8, 1) as children_per_fte
from {{ ref('int_positions__days') }} as days
left join children on days.position_date = children.position_date
left join posts on days.position_date = posts.position_date
