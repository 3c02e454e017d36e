-- posts of independent reviewing officers, on each day of which positions are shown
select
    posts.iro_post_key as member_key,
    positions.position_date as member_date,
    posts.professional_id as iro_id,
    posts.role as post_role,
    posts.fte_total as iro_fte,
    posts.fte_children as iro_fte_children,
    true as iro_posts
from {{ ref('int_people__iro_posts') }} as posts
inner join {{ ref('int_positions__days') }} as positions
    on
        posts.from_day <= positions.position_date
        and (posts.ended_on is null or posts.ended_on > positions.position_date)
