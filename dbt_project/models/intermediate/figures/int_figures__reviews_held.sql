-- child in care reviews that were held, those of short breaks among them; the chair answers for a review held
with contacts_known as (
    -- of the time before the register was kept nobody knows who was in touch with a child
    select min(contacts.contact_date) as from_day
    from {{ ref('int_care__iro_contacts') }} as contacts
),

in_touch as (
    select distinct clock.review_key
    from {{ ref('int_reviews__clock') }} as clock
    inner join {{ ref('int_care__iro_contacts') }} as contacts
        on
            clock.child_ref = contacts.child_ref
            and clock.runs_from <= contacts.contact_date
            and clock.held_date > contacts.contact_date
),

members as (
    select
        clock.review_key as member_key,
        clock.child_ref,
        clock.held_date as member_date,
        clock.clock,
        clock.in_time,
        held.has_taken_part,
        held.has_taken_part_or_attended,
        held.child_seen_before = 'Y' as was_seen_before,
        held.chair_professional_id,
        not clock.in_time as is_late,
        held.late_reason,
        case when clock.runs_from >= contacts_known.from_day then in_touch.review_key is not null end as was_in_touch
    from {{ ref('int_reviews__clock') }} as clock
    inner join {{ ref('int_reviews__held') }} as held on clock.review_key = held.review_key
    left join in_touch on clock.review_key = in_touch.review_key
    cross join contacts_known
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
    members.was_seen_before as cic_reviews_child_seen_before,
    members.was_in_touch as cic_reviews_contact_before,
    members.is_late as cic_reviews_late,
    members.is_late and coalesce(members.late_reason = 'IRO_CAPACITY', false) as cic_reviews_late_iro_capacity
from members
{{ member_joins('members.member_date') }}
