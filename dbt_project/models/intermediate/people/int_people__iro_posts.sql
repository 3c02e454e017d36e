-- the posts that IROs hold, each over its span of days
select
    posts._record_key as iro_post_key,
    posts.professional_id,
    posts.role,
    posts.fte_total,
    posts.fte_children,
    posts.from_date as from_day,
    posts.to_date as ended_on,
    posts.absent_from,
    posts.absent_to
from {{ ref('stg_cssu__iro_posts') }} as posts
where posts.professional_id is not null and posts.from_date is not null
