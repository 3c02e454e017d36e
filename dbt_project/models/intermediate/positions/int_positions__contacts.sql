-- when a child in care was last visited, seen and spoken to, and how often missing, on each position day
with visit_days as (
    select
        visits.care_period_id,
        visits.visit_date,
        bool_or(visits.seen = 'Y') as is_seen
    from {{ ref('int_care__visits') }} as visits
    group by visits.care_period_id, visits.visit_date
),

visits as (
    select
        visit_days.care_period_id,
        visit_days.visit_date,
        max(visit_days.visit_date) filter (where visit_days.is_seen) over days as seen_date,
        lead(visit_days.visit_date) over days as next_visit_date
    from visit_days
    window days as (partition by visit_days.care_period_id order by visit_days.visit_date)
),

contact_days as (
    select distinct
        contacts.care_period_id,
        contacts.contact_date
    from {{ ref('int_care__iro_contacts') }} as contacts
),

contacts as (
    select
        contact_days.care_period_id,
        contact_days.contact_date,
        lead(contact_days.contact_date) over (
            partition by contact_days.care_period_id order by contact_days.contact_date
        ) as next_contact_date
    from contact_days
),

missing as (
    select
        children.child_ref,
        children.position_date,
        count(*)::integer as episodes
    from {{ ref('int_positions__children') }} as children
    inner join {{ ref('int_care__missing_episodes') }} as missing
        on
            children.child_ref = missing.child_ref
            and children.position_date >= missing.started_on
            and children.position_date < missing.started_on + {{ threshold('missing_within_days') }}
    group by children.child_ref, children.position_date
),

-- what no source carries is not none
carried as (
    select
        (select count(*) > 0 from {{ ref('int_care__visits') }}) as are_visits,
        (select count(*) > 0 from {{ ref('int_care__missing_episodes') }}) as are_missing_episodes
)

select
    children.child_ref,
    children.position_date,
    visits.visit_date as last_social_worker_visit_date,
    visits.seen_date as last_seen_date,
    case
        when carried.are_visits
            then
                coalesce(
                    children.position_date - visits.seen_date <= {{ threshold('care_seen_within_days') }}, false
                )
    end as seen_in_six_weeks,
    contacts.contact_date as last_iro_contact_date,
    case when carried.are_missing_episodes then coalesce(missing.episodes, 0) end as missing_episodes_in_90_days
from {{ ref('int_positions__children') }} as children
cross join carried
left join visits
    on
        children.care_period_id = visits.care_period_id
        and children.position_date >= visits.visit_date
        and (visits.next_visit_date is null or children.position_date < visits.next_visit_date)
left join contacts
    on
        children.care_period_id = contacts.care_period_id
        and children.position_date >= contacts.contact_date
        and (contacts.next_contact_date is null or children.position_date < contacts.next_contact_date)
left join missing
    on children.child_ref = missing.child_ref and children.position_date = missing.position_date
