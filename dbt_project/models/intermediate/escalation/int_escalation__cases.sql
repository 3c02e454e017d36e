-- cases of the Case Discussion and Escalation Process. A formal one has working days for the whole of it, from the day
-- the first manager was notified; an informal one has none
with staged as (
    select
        stages.escalation_id,
        min(stages.notified_date) as first_notified_date,
        bool_or(stages.notified_role = 'CAFCASS') as has_notified_cafcass
    from {{ ref('int_escalation__stages') }} as stages
    group by stages.escalation_id
),

cases as (
    select
        escalations._record_key as escalation_id,
        escalations.person_id as child_ref,
        escalations.raised_by_professional_id,
        escalations.raised_date,
        escalations.formal,
        escalations.reason,
        escalations.review_id,
        escalations.closed_date,
        escalations.outcome,
        case
            when escalations.formal = 'Y' then coalesce(staged.first_notified_date, escalations.raised_date)
        end as process_started_on,
        case
            when staged.has_notified_cafcass or escalations.outcome = 'TO_CAFCASS' then true
            -- closed, and nobody wrote down how
            when escalations.closed_date is not null and escalations.outcome is null then null
            else false
        end as is_to_cafcass
    from {{ ref('stg_cssu__escalations') }} as escalations
    left join staged on escalations._record_key = staged.escalation_id
    where escalations.person_id is not null
),

in_care as (
    -- a child on a plan may be in no period of care; of two at a time the later one
    select distinct on (cases.escalation_id)
        cases.escalation_id,
        periods.whole_period_id as care_period_id
    from cases
    inner join {{ ref('int_care__periods') }} as periods
        on
            cases.child_ref = periods.child_ref
            and cases.raised_date >= periods.started_on
            and (periods.known_until is null or cases.raised_date < periods.known_until)
    order by cases.escalation_id, periods.started_on desc, periods.whole_period_id
)

select
    cases.escalation_id,
    cases.child_ref,
    in_care.care_period_id,
    cases.raised_by_professional_id,
    cases.raised_date,
    cases.formal,
    cases.reason,
    cases.review_id,
    cases.closed_date,
    cases.outcome,
    cases.is_to_cafcass,
    cases.closed_date - cases.raised_date as days_open,
    closed.working_day_number - raised.working_day_number as working_days_open,
    due.calendar_date as process_due_date,
    cases.closed_date <= due.calendar_date as in_time
from cases
left join in_care on cases.escalation_id = in_care.escalation_id
left join {{ ref('int_calendar__days') }} as raised on cases.raised_date = raised.calendar_date
left join {{ ref('int_calendar__days') }} as closed on cases.closed_date = closed.calendar_date
left join {{ ref('int_calendar__days') }} as started on cases.process_started_on = started.calendar_date
left join {{ ref('int_calendar__days') }} as due
    on
        started.working_day_number + {{ threshold('escalation_process_working_days') }} = due.working_day_number
        and due.is_working_day
