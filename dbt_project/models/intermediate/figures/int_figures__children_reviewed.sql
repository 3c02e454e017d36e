-- the children of whom any review was held in a period: a child each, whatever the number of reviews
with members as (
    select
        periods.period_id,
        periods.last_day,
        clock.child_ref,
        bool_and(clock.in_time) as is_always_in_time,
        bool_or(held.has_taken_part) as has_taken_part,
        bool_or(held.has_taken_part_or_attended) as has_taken_part_or_attended,
        -- who is answerable for a child is who answered when the last of them was held
        max(clock.held_date) as last_held_date
    from {{ ref('int_reviews__clock') }} as clock
    inner join {{ ref('int_reviews__held') }} as held on clock.review_key = held.review_key
    inner join {{ ref('int_figures__period_days') }} as days on clock.held_date = days.day and not days.is_as_at
    inner join {{ ref('int_figures__periods') }} as periods on days.period_id = periods.period_id
    group by periods.period_id, periods.last_day, clock.child_ref
)

select
    members.period_id,
    members.child_ref,
    {{ member_attributes('members.last_held_date') }},
    true as cic_children_reviewed,
    members.is_always_in_time as cic_children_all_reviews_in_time,
    members.has_taken_part as cic_children_taken_part,
    members.has_taken_part_or_attended as cic_children_taken_part_or_attended
from members
{{ member_joins('members.last_held_date') }}
