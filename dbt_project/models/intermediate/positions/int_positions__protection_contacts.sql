-- when a child on a plan was last visited, seen, seen alone, and in touch with the IRO, on each position day
with visit_days as (
    select
        visits.child_ref,
        visits.visit_date,
        bool_or(visits.seen = 'Y') as is_seen,
        bool_or(visits.seen = 'Y' and visits.seen_alone = 'Y') as is_seen_alone
    from {{ ref('int_protection__visits') }} as visits
    group by visits.child_ref, visits.visit_date
),

visits as (
    select
        visit_days.child_ref,
        visit_days.visit_date,
        max(visit_days.visit_date) filter (where visit_days.is_seen) over days as seen_date,
        max(visit_days.visit_date) filter (where visit_days.is_seen_alone) over days as seen_alone_date,
        lead(visit_days.visit_date) over days as next_visit_date
    from visit_days
    window days as (partition by visit_days.child_ref order by visit_days.visit_date)
),

contact_days as (
    select distinct
        contacts.child_ref,
        contacts.contact_date
    from {{ ref('int_care__iro_contacts') }} as contacts
),

contacts as (
    select
        contact_days.child_ref,
        contact_days.contact_date,
        lead(contact_days.contact_date) over (
            partition by contact_days.child_ref order by contact_days.contact_date
        ) as next_contact_date
    from contact_days
)

select
    children.child_ref,
    children.position_date,
    visits.visit_date as last_social_worker_visit_date,
    visits.seen_date as last_seen_date,
    visits.seen_alone_date as last_seen_alone_date,
    case
        when carried.are_protection_visits
            then
                coalesce(
                    children.position_date - visits.seen_date <= {{ threshold('protection_seen_within_days') }}, false
                )
    end as seen_in_four_weeks,
    -- at the last visit at which the child was seen; while on an earlier plan is not on this one
    case
        when carried.are_protection_visits
            then coalesce(visits.seen_alone_date = visits.seen_date and visits.seen_date >= children.started_on, false)
    end as seen_alone_last,
    contacts.contact_date as last_iro_contact_date
from {{ ref('int_positions__protection_children') }} as children
inner join {{ ref('int_positions__carried') }} as carried on children.position_date = carried.position_date
left join visits
    on
        children.child_ref = visits.child_ref
        and children.position_date >= visits.visit_date
        and (visits.next_visit_date is null or children.position_date < visits.next_visit_date)
left join contacts
    on
        children.child_ref = contacts.child_ref
        and children.started_on <= contacts.contact_date
        and children.position_date >= contacts.contact_date
        and (contacts.next_contact_date is null or children.position_date < contacts.next_contact_date)
