with children as (
    select
        children.special_review_id,
        count(*)::integer as children
    from {{ ref('int_oversight__special_review_children') }} as children
    group by children.special_review_id
)

select
    reviews.special_review_id,
    reviews.review_type,
    reviews.trigger_date,
    reviews.source_due_date,
    reviews.review_date as held_date,
    reviews.chair_professional_id,
    reviews.outcome,
    coalesce(children.children, 0) as children,
    'cssu' as source
from {{ ref('int_oversight__special_reviews') }} as reviews
left join children on reviews.special_review_id = children.special_review_id
