-- child in care reviews that were held, those of short breaks among them; the chair answers for a review held
with members as (
    select
        clock.review_key as member_key,
        clock.child_ref,
        clock.held_date as member_date,
        clock.clock,
        clock.in_time,
        held.has_taken_part,
        held.has_taken_part_or_attended,
        held.child_seen_before = 'Y' as was_seen_before,
        held.chair_professional_id
    from {{ ref('int_reviews__clock') }} as clock
    inner join {{ ref('int_reviews__held') }} as held on clock.review_key = held.review_key
    where clock.held_date is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date', 'members.chair_professional_id') }},
    members.clock,
    true as cic_reviews_held,
    members.in_time as cic_reviews_in_time,
    members.has_taken_part as cic_reviews_taken_part,
    members.has_taken_part_or_attended as cic_reviews_taken_part_or_attended,
    members.was_seen_before as cic_reviews_child_seen_before
from members
{{ member_joins('members.member_date') }}
