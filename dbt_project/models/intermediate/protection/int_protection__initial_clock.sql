-- when each initial conference was due: 15 working days after the strategy discussion that began the section 47
-- enquiry; and the conferences that an enquiry asks for and that were not held. Not for a child who moved here on a
-- plan.
-- The register's day of the strategy discussion decides, since it is asked for just this; else the enquiry's first day,
-- which the standard calls the same
with enquiries as (
    select enquiries.*
    from {{ ref('int_protection__enquiries') }} as enquiries
),

named as (
    select
        conferences.initial_conference_id,
        enquiries.section_47_enquiry_id,
        enquiries.started_on
    from {{ ref('int_protection__initial_conferences') }} as conferences
    inner join enquiries
        on
            conferences.section_47_enquiry_id = enquiries.section_47_enquiry_id
            and conferences.child_ref = enquiries.child_ref
    where conferences.held_date is not null
),

latest_before as (
    -- a conference that names no enquiry of the child follows from the latest one before it
    select distinct on (conferences.initial_conference_id)
        conferences.initial_conference_id,
        conferences.held_date,
        enquiries.section_47_enquiry_id,
        enquiries.started_on
    from {{ ref('int_protection__initial_conferences') }} as conferences
    left join named on conferences.initial_conference_id = named.initial_conference_id
    inner join enquiries
        on conferences.child_ref = enquiries.child_ref and conferences.held_date >= enquiries.started_on
    where named.initial_conference_id is null and conferences.transfer_in is distinct from 'Y'
    order by conferences.initial_conference_id, enquiries.started_on desc, enquiries.section_47_enquiry_id
),

led_to as (
    select * from named
    union all
    -- and from no enquiry that led to another conference
    (
        select distinct on (latest_before.section_47_enquiry_id)
            latest_before.initial_conference_id,
            latest_before.section_47_enquiry_id,
            latest_before.started_on
        from latest_before
        left join named on latest_before.section_47_enquiry_id = named.section_47_enquiry_id
        where named.section_47_enquiry_id is null
        order by latest_before.section_47_enquiry_id, latest_before.held_date, latest_before.initial_conference_id
    )
),

held as (
    select
        conferences.source,
        'initial|' || conferences.initial_conference_id as cp_conference_key,
        conferences.child_ref,
        conferences.initial_conference_id,
        conferences.meeting_id,
        led_to.section_47_enquiry_id,
        conferences.transfer_in,
        conferences.plan_made,
        coalesce(conferences.strategy_discussion_date, led_to.started_on) as strategy_discussion_on,
        conferences.source_due_date,
        conferences.held_date
    from {{ ref('int_protection__initial_conferences') }} as conferences
    left join led_to on conferences.initial_conference_id = led_to.initial_conference_id
    where conferences.held_date is not null
),

awaited as (
    -- records of a conference that has not been held
    select
        conferences.*,
        enquiries.section_47_enquiry_id as known_enquiry_id,
        row_number() over (
            partition by coalesce(enquiries.section_47_enquiry_id, conferences.initial_conference_id)
            order by conferences.source_due_date desc nulls last, conferences.initial_conference_id
        ) as choice
    from {{ ref('int_protection__initial_conferences') }} as conferences
    left join enquiries
        on
            conferences.section_47_enquiry_id = enquiries.section_47_enquiry_id
            and conferences.child_ref = enquiries.child_ref
    where conferences.held_date is null
),

on_a_plan as (
    -- an enquiry about a child who is on a plan asks for no initial conference
    select distinct enquiries.section_47_enquiry_id
    from enquiries
    inner join {{ ref('int_protection__plans') }} as plans
        on
            enquiries.child_ref = plans.child_ref
            and enquiries.started_on >= plans.started_on
            and enquiries.started_on < coalesce(plans.ended_on, date '2100-01-01')
),

not_held as (
    select
        enquiries.source,
        'initial|due|' || enquiries.section_47_enquiry_id as cp_conference_key,
        enquiries.child_ref,
        awaited.initial_conference_id,
        awaited.meeting_id,
        enquiries.section_47_enquiry_id,
        awaited.transfer_in,
        null::text as plan_made,
        coalesce(awaited.strategy_discussion_date, enquiries.started_on) as strategy_discussion_on,
        awaited.source_due_date,
        null::date as held_date
    from enquiries
    left join led_to on enquiries.section_47_enquiry_id = led_to.section_47_enquiry_id
    left join on_a_plan on enquiries.section_47_enquiry_id = on_a_plan.section_47_enquiry_id
    left join awaited on enquiries.section_47_enquiry_id = awaited.known_enquiry_id and awaited.choice = 1
    where
        enquiries.no_further_action is distinct from 'Y'
        and led_to.section_47_enquiry_id is null
        and on_a_plan.section_47_enquiry_id is null
    union all
    -- what the case system awaits without an enquiry
    select
        awaited.source,
        'initial|' || awaited.initial_conference_id,
        awaited.child_ref,
        awaited.initial_conference_id,
        awaited.meeting_id,
        null::text,
        awaited.transfer_in,
        null::text,
        awaited.strategy_discussion_date,
        awaited.source_due_date,
        null::date
    from awaited
    where awaited.known_enquiry_id is null
),

every_conference as (
    select * from held
    union all
    select * from not_held
),

runs_from as (
    select
        every_conference.*,
        case
            when coalesce(every_conference.transfer_in, 'N') <> 'Y' then every_conference.strategy_discussion_on
        end as from_day
    from every_conference
)

select
    runs_from.source,
    runs_from.cp_conference_key,
    runs_from.child_ref,
    runs_from.initial_conference_id,
    runs_from.meeting_id,
    runs_from.section_47_enquiry_id,
    runs_from.transfer_in,
    runs_from.plan_made,
    runs_from.source_due_date,
    runs_from.held_date,
    runs_from.from_day,
    due_day.calendar_date as due_date
from runs_from
left join {{ ref('int_calendar__days') }} as start_day on runs_from.from_day = start_day.calendar_date
left join {{ ref('int_calendar__days') }} as due_day
    on
        start_day.working_day_number + {{ threshold('initial_conference_working_days') }}
        = due_day.working_day_number
        and due_day.is_working_day
