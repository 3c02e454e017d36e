select
    posts.iro_post_key,
    posts.professional_id,
    posts.role,
    role.label as role_label,
    posts.fte_total::numeric(5, 2) as fte_total,
    posts.fte_children::numeric(5, 2) as fte_children,
    posts.from_day as started_on,
    posts.ended_on,
    posts.absent_from,
    posts.absent_to
from {{ ref('int_people__iro_posts') }} as posts
left join {{ ref('code') }} as role on posts.role = role.code and role.list = 'iro_post_role'
