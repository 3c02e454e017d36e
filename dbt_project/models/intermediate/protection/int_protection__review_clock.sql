-- when each review conference of a plan was due: 3 months after the initial conference, then 6 months after the review
-- conference actually held before; and the next one of each plan, also where the plan ended by the day it was due: on
-- the days before its end it was awaited
with recorded as (
    select reviews.*
    from {{ ref('int_protection__recorded_reviews') }} as reviews
),

by_plan as (
    select
        recorded.review_conference_id,
        plans.cp_plan_id
    from recorded
    inner join {{ ref('int_protection__plans') }} as plans
        on recorded.cp_plan_id = plans.cp_plan_id and recorded.child_ref = plans.child_ref
),

by_day as (
    -- Eclipse names the plan only once it has ended: else the plan that the child was on; a review on a plan's first
    -- day is of the plan before
    select distinct on (recorded.review_conference_id)
        recorded.review_conference_id,
        plans.cp_plan_id
    from recorded
    left join by_plan on recorded.review_conference_id = by_plan.review_conference_id
    inner join {{ ref('int_protection__plans') }} as plans
        on
            recorded.child_ref = plans.child_ref
            and coalesce(recorded.held_date, recorded.source_due_date) > plans.started_on
            and (plans.ended_on is null or coalesce(recorded.held_date, recorded.source_due_date) <= plans.ended_on)
    where by_plan.review_conference_id is null
    order by recorded.review_conference_id, plans.started_on desc, plans.cp_plan_id
),

of_plans as (
    select * from by_plan
    union all
    select * from by_day
),

held as (
    -- a child's review conference of a plan is one, however often it is recorded
    select distinct on (recorded.child_ref, of_plans.cp_plan_id, recorded.held_date)
        recorded.source,
        recorded.review_conference_id,
        recorded.child_ref,
        of_plans.cp_plan_id,
        recorded.meeting_id,
        recorded.source_due_date,
        recorded.held_date,
        recorded.plan_continues,
        recorded.quorate
    from recorded
    left join of_plans on recorded.review_conference_id = of_plans.review_conference_id
    where recorded.held_date is not null
    order by
        recorded.child_ref,
        of_plans.cp_plan_id,
        recorded.held_date,
        recorded.meeting_id nulls last,
        recorded.review_conference_id
),

plans as (
    select
        plans.source,
        plans.cp_plan_id,
        plans.child_ref,
        plans.ended_on,
        plans.reviewed_from,
        -- review conferences of days before the first extract's window are not in it
        plans.source <> 'ssd' or plans.reviewed_from >= shown_from.from_day as is_seen_whole
    from {{ ref('int_protection__plans') }} as plans
    left join {{ ref('int_run__shown_from') }} as shown_from on shown_from.table_name = 'cp_reviews'
),

numbered as (
    -- those of before the conference that began the plan here are another council's
    select
        held.review_conference_id,
        held.cp_plan_id,
        held.held_date,
        held.source_due_date,
        row_number() over (partition by held.cp_plan_id order by held.held_date) as place
    from held
    inner join plans on held.cp_plan_id = plans.cp_plan_id and held.held_date > plans.reviewed_from
),

last_held as (
    select
        numbered.cp_plan_id,
        max(numbered.place) as place,
        max(numbered.held_date) as held_date
    from numbered
    group by numbered.cp_plan_id
),

awaited as (
    -- the source's due date of a conference that it does not say was held
    select
        plans.cp_plan_id,
        min(recorded.source_due_date) as source_due_date
    from recorded
    inner join of_plans on recorded.review_conference_id = of_plans.review_conference_id
    inner join plans on of_plans.cp_plan_id = plans.cp_plan_id
    left join last_held on plans.cp_plan_id = last_held.cp_plan_id
    where
        recorded.held_date is null
        and recorded.source_due_date > coalesce(last_held.held_date, plans.reviewed_from)
    group by plans.cp_plan_id
),

expected as (
    select
        numbered.review_conference_id,
        numbered.cp_plan_id,
        numbered.held_date,
        numbered.source_due_date,
        numbered.place
    from numbered
    union all
    select
        null::text,
        plans.cp_plan_id,
        null::date,
        awaited.source_due_date,
        coalesce(last_held.place, 0) + 1
    from plans
    left join last_held on plans.cp_plan_id = last_held.cp_plan_id
    left join awaited on plans.cp_plan_id = awaited.cp_plan_id
),

runs_from as (
    select
        expected.*,
        plans.source,
        plans.child_ref,
        plans.ended_on,
        plans.is_seen_whole,
        coalesce(
            lag(expected.held_date) over (partition by expected.cp_plan_id order by expected.place),
            case when plans.is_seen_whole then plans.reviewed_from end
        ) as from_day
    from expected
    inner join plans on expected.cp_plan_id = plans.cp_plan_id
),

due as (
    select
        runs_from.*,
        case
            when runs_from.place = 1
                then {{ months_after('runs_from.from_day', threshold('first_review_conference_months')) }}
            else {{ months_after('runs_from.from_day', threshold('later_review_conference_months')) }}
        end as due_date
    from runs_from
)

select
    due.source,
    'review|due|' || due.cp_plan_id as cp_conference_key,
    due.child_ref,
    due.cp_plan_id,
    case when due.is_seen_whole then due.place::integer end as review_number,
    null::text as meeting_id,
    null::text as plan_continues,
    null::text as quorate,
    due.source_due_date,
    due.held_date,
    due.from_day,
    due.due_date,
    -- a plan that ended on or before the day was not late
    coalesce(due.ended_on <= due.due_date, false) as plan_ended_first
from due
where due.held_date is null and (due.ended_on is null or due.due_date is not null)
union all
select
    held.source,
    'review|' || held.review_conference_id,
    held.child_ref,
    held.cp_plan_id,
    case when due.is_seen_whole then due.place::integer end,
    held.meeting_id,
    held.plan_continues,
    held.quorate,
    held.source_due_date,
    held.held_date,
    due.from_day,
    due.due_date,
    false
from held
left join due on held.review_conference_id = due.review_conference_id
