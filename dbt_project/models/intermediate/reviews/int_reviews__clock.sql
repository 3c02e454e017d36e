-- when each review of a period of care was due (regulation 33; short breaks regulation 48): the day of the event is
-- day 0; each due date runs from the review actually held before; a new period of care starts again
with bases as (
    select
        spells.care_period_id,
        bool_and(spells.care_basis = 'short_break') as is_short_break
    from {{ ref('int_care__legal_spells') }} as spells
    group by spells.care_period_id
),

periods as (
    select
        periods.care_period_id,
        periods.child_ref,
        periods.source_period_id,
        periods.started_on,
        periods.known_until,
        coalesce(bases.is_short_break, false) as is_short_break
    from {{ ref('int_care__periods') }} as periods
    left join bases on periods.care_period_id = bases.care_period_id
    -- a period that an extract tells whole has its clock there: only a whole one is named by any. (Asked as `its own is
    -- named`, the planner expects one row and compares every review with every period)
    where exists (
        select from {{ ref('int_care__periods') }} as told
        where told.whole_period_id = periods.care_period_id
    )
),

held as (
    select
        held.care_period_id,
        held.review_key,
        held.held_date,
        row_number() over (partition by held.care_period_id order by held.held_date) as review_number
    from {{ ref('int_reviews__held') }} as held
    inner join periods on held.care_period_id = periods.care_period_id and held.held_date >= periods.started_on
),

last_held as (
    select
        held.care_period_id,
        max(held.held_date) as held_date
    from held
    group by held.care_period_id
),

planned as (
    -- meetings that are set after the last one held
    select
        periods.care_period_id,
        min(details.planned_date) as planned_date
    from {{ ref('stg_cssu__review_details') }} as details
    inner join periods on details.cla_id = periods.source_period_id and details.person_id = periods.child_ref
    left join last_held on periods.care_period_id = last_held.care_period_id
    where
        details.held_date is null
        and details.planned_date > coalesce(last_held.held_date, date '1900-01-01')
    group by periods.care_period_id
),

expected as (
    -- each review held, and the next one of every period
    select
        held.care_period_id,
        held.review_number,
        held.review_key,
        held.held_date,
        null::date as planned_date
    from held
    union all
    select
        periods.care_period_id,
        coalesce(max(held.review_number), 0) + 1,
        null::text,
        null::date,
        min(planned.planned_date)
    from periods
    left join held on periods.care_period_id = held.care_period_id
    left join planned on periods.care_period_id = planned.care_period_id
    group by periods.care_period_id
),

runs_from as (
    select
        expected.care_period_id,
        periods.child_ref,
        periods.known_until,
        periods.is_short_break,
        expected.review_number,
        expected.review_key,
        expected.held_date,
        expected.planned_date,
        coalesce(
            lag(expected.held_date) over (partition by expected.care_period_id order by expected.review_number),
            periods.started_on
        ) as from_day
    from expected
    inner join periods on expected.care_period_id = periods.care_period_id
),

due as (
    select
        runs_from.*,
        case
            when runs_from.review_number = 1 and runs_from.is_short_break
                then {{ months_after('runs_from.from_day', threshold('short_break_first_review_months')) }}
            when runs_from.is_short_break
                then {{ months_after('runs_from.from_day', threshold('short_break_later_review_months')) }}
            when runs_from.review_number = 1 then first_due.calendar_date
            when runs_from.review_number = 2
                then {{ months_after('runs_from.from_day', threshold('second_review_months')) }}
            else {{ months_after('runs_from.from_day', threshold('later_review_months')) }}
        end as due_date
    from runs_from
    left join {{ ref('int_calendar__days') }} as start_day on runs_from.from_day = start_day.calendar_date
    left join {{ ref('int_calendar__days') }} as first_due
        on
            start_day.working_day_number + {{ threshold('first_review_working_days') }}
            = first_due.working_day_number
            and first_due.is_working_day
)

select
    due.care_period_id,
    due.child_ref,
    due.is_short_break,
    due.review_number,
    due.review_key,
    due.held_date,
    due.planned_date,
    due.from_day,
    due.due_date,
    -- a child who left before the due date was not late: the tracker of an earlier day asks for it all the same
    due.held_date is null and coalesce(due.known_until <= due.due_date, due.known_until is not null) as left_before_due
from due
