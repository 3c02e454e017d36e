-- the posts of each IRO on each position day together: how much of them carries children, and is the IRO away
select
    posts.professional_id as iro_id,
    days.position_date,
    sum(posts.fte_total) as fte_total,
    sum(posts.fte_children) as fte_children,
    coalesce(
        bool_or(
            days.position_date >= posts.absent_from
            and (posts.absent_to is null or days.position_date <= posts.absent_to)
        ),
        false
    ) as is_absent
from {{ ref('int_people__iro_posts') }} as posts
inner join {{ ref('int_positions__days') }} as days
    on
        posts.from_day <= days.position_date
        and (posts.ended_on is null or posts.ended_on > days.position_date)
group by posts.professional_id, days.position_date
