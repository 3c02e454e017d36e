-- private fostering arrangements, and enquiries that became none, with the days that the law sets: the visit after the
-- notification, and the birthday on which private fostering ends
with disabled as (
    select distinct disabilities.disa_person_id as child_ref
    from {{ ref('stg_ssd__disability') }} as disabilities
    where disabilities.disa_disability_code <> 'NONE'
),

arrangements as (
    select
        arrangements._record_key as arrangement_id,
        arrangements.person_id as child_ref,
        arrangements.notified_date,
        arrangements.status,
        arrangements.started_date,
        arrangements.approved_date,
        arrangements.ended_date,
        arrangements.end_reason,
        arrangements.lead_professional_id,
        -- it is deemed to begin when the council becomes aware of it; told of before it begins, on the day it begins.
        -- An enquiry that became none never does
        case
            when coalesce(arrangements.status, 'ACTIVE') <> 'ENQUIRY'
                then greatest(arrangements.notified_date, arrangements.started_date)
        end as begins_on,
        children.date_of_birth,
        disabled.child_ref is not null as is_disabled
    from {{ ref('stg_cssu__private_fostering_arrangements') }} as arrangements
    left join {{ ref('int_people__children') }} as children on arrangements.person_id = children.child_ref
    left join disabled on arrangements.person_id = disabled.child_ref
),

initial_visits as (
    select
        arrangements.arrangement_id,
        min(visits.visit_date) as visit_date
    from arrangements
    inner join {{ ref('stg_cssu__private_fostering_visits') }} as visits
        on arrangements.arrangement_id = visits.arrangement_id and arrangements.notified_date <= visits.visit_date
    group by arrangements.arrangement_id
),

due as (
    select
        arrangements.*,
        initial_visits.visit_date as initial_visit_date,
        -- nothing was due of what was over by then, unvisited
        case
            when
                arrangements.begins_on is not null
                and (
                    initial_visits.visit_date is not null
                    or arrangements.ended_date is null
                    or arrangements.ended_date > due_day.calendar_date
                )
                then due_day.calendar_date
        end as initial_visit_due_date
    from arrangements
    left join initial_visits on arrangements.arrangement_id = initial_visits.arrangement_id
    left join {{ ref('int_calendar__days') }} as notified_day on arrangements.notified_date = notified_day.calendar_date
    left join {{ ref('int_calendar__days') }} as due_day
        on
            notified_day.working_day_number + {{ threshold('private_fostering_initial_visit_working_days') }}
            = due_day.working_day_number
            and due_day.is_working_day
)

select
    due.arrangement_id,
    due.child_ref,
    due.notified_date,
    due.status,
    due.started_date,
    due.begins_on,
    due.approved_date,
    due.ended_date,
    due.end_reason,
    due.lead_professional_id,
    due.is_disabled,
    case
        when due.is_disabled
            then {{ months_after('due.date_of_birth', '12 * ' ~ threshold('private_fostering_disabled_years')) }}
        else {{ months_after('due.date_of_birth', '12 * ' ~ threshold('private_fostering_years')) }}
    end as age_limit_date,
    due.initial_visit_due_date,
    due.initial_visit_date,
    due.initial_visit_date <= due.initial_visit_due_date as initial_visit_in_time
from due
