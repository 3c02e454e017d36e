-- contacts of IROs with children, each with its period of care and the review it was for. The case system's own date of
-- a last contact is never read: some systems fill it with the date of the review.
with contacts as (
    select
        contacts._record_key as contact_id,
        contacts.person_id as child_ref,
        contacts.professional_id,
        contacts.contact_date,
        contacts.method,
        contacts.purpose,
        contacts.child_seen_alone,
        contacts.review_id
    from {{ ref('stg_cssu__iro_contacts') }} as contacts
    where contacts.person_id is not null and contacts.contact_date is not null
),

in_care as (
    select distinct on (contacts.contact_id)
        contacts.contact_id,
        periods.care_period_id
    from contacts
    inner join {{ ref('int_care__whole_periods') }} as periods
        on
            contacts.child_ref = periods.child_ref
            and contacts.contact_date >= periods.started_on
            and (periods.known_until is null or contacts.contact_date <= periods.known_until)
    order by contacts.contact_id, periods.started_on desc, periods.care_period_id
),

reviewed as (
    -- by id, else a contact at a review by its day: two joins on equal values, since one on either compares every pair
    select
        contacts.contact_id,
        held.review_key,
        held.held_date,
        1 as choice
    from contacts
    inner join {{ ref('int_reviews__held') }} as held
        on 'ssd|' || contacts.review_id = held.review_key and contacts.child_ref = held.child_ref
    union all
    select
        contacts.contact_id,
        held.review_key,
        held.held_date,
        2
    from contacts
    inner join {{ ref('int_reviews__held') }} as held
        on contacts.child_ref = held.child_ref and contacts.contact_date = held.held_date
    where contacts.purpose = 'AT_REVIEW'
),

chosen as (
    select distinct on (reviewed.contact_id)
        reviewed.contact_id,
        reviewed.review_key,
        reviewed.held_date
    from reviewed
    order by reviewed.contact_id, reviewed.choice, reviewed.review_key
)

select
    contacts.contact_id,
    contacts.child_ref,
    in_care.care_period_id,
    contacts.professional_id,
    contacts.contact_date,
    contacts.method,
    contacts.purpose,
    contacts.child_seen_alone,
    chosen.review_key,
    chosen.held_date - contacts.contact_date as days_before_review
from contacts
left join in_care on contacts.contact_id = in_care.contact_id
left join chosen on contacts.contact_id = chosen.contact_id
