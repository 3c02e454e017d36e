-- how long children wait for permanence: for a first agreed plan since entering full care; for what a primary plan
-- intends since it was agreed. A wait is followed to what is waited for, else to the day on which it can come no more,
-- else to as_at. Only waits that began on a day that is told of are here: of the earlier ones only the long are seen
with care as (
    select range_agg(daterange(shown.from_day, shown.to_day)) as days
    from {{ ref('int_run__care_shown') }} as shown
),

plans as (
    select range_agg(daterange(carried.from_day, carried.to_day)) as days
    from {{ ref('int_run__carried') }} as carried
    where carried.concept = 'plans' and carried.is_carried
),

told as (
    select unnest(care.days * plans.days) as days
    from care
    cross join plans
),

first_plans as (
    select
        decisions.care_period_id,
        decisions.child_ref,
        min(decisions.agreed_date) as agreed_date
    from {{ ref('int_plans__decisions') }} as decisions
    where decisions.agreed_date is not null
    group by decisions.care_period_id, decisions.child_ref
),

waits as (
    select
        'first plan agreed' as event,
        periods.care_period_id as waiting_id,
        periods.care_period_id,
        null::text as decision_id,
        null::text as plan_option,
        periods.started_on as began_on,
        -- a plan agreed before the child came was waited for no day
        case
            when first_plans.agreed_date is not null then greatest(first_plans.agreed_date, periods.started_on)
        end as came_on,
        null::date as plan_ended_on
    from {{ ref('int_timescales__periods') }} as periods
    left join first_plans
        on periods.care_period_id = first_plans.care_period_id and periods.child_ref = first_plans.child_ref
    union all
    select
        plans.event,
        plans.decision_id as waiting_id,
        plans.care_period_id,
        plans.decision_id,
        plans.plan_option,
        plans.agreed_on,
        plans.came_on,
        plans.plan_ended_on
    from {{ ref('int_timescales__plans') }} as plans
),

by_second_review as (
    select
        decisions.care_period_id,
        decisions.child_ref,
        bool_or(agreement.is_agreed_by_second_review) as is_agreed
    from {{ ref('int_plans__decisions') }} as decisions
    inner join {{ ref('int_plans__agreement') }} as agreement on decisions.decision_id = agreement.decision_id
    where decisions.agreed_date <= {{ as_at() }}
    group by decisions.care_period_id, decisions.child_ref
),

followed as (
    select
        waits.event,
        waits.waiting_id,
        waits.care_period_id,
        waits.decision_id,
        waits.plan_option,
        waits.began_on,
        waits.came_on,
        waits.plan_ended_on,
        periods.child_ref,
        periods.started_on,
        periods.age_at_entry,
        periods.left_on,
        least(periods.known_until, upper(told.days)) as told_until,
        least(waits.plan_ended_on, periods.left_on, periods.known_until, upper(told.days), {{ as_at() }})
            as followed_until
    from waits
    inner join {{ ref('int_timescales__periods') }} as periods on waits.care_period_id = periods.care_period_id
    inner join told on waits.began_on <@ told.days
)

select
    followed.event || '|' || followed.waiting_id as wait_key,
    followed.event,
    followed.child_ref,
    followed.care_period_id,
    followed.decision_id,
    followed.plan_option,
    followed.started_on,
    {{ financial_year('followed.started_on') }} as entry_year,
    {{ age_band('followed.age_at_entry') }} as age_band,
    coalesce(answering.team_id, 'not recorded') as team_id,
    followed.began_on,
    case
        when followed.came_on <= followed.followed_until then followed.came_on else followed.followed_until
    end as followed_until,
    case
        when followed.came_on <= followed.followed_until then 'came'
        when followed.plan_ended_on <= followed.followed_until then 'plan ended'
        when followed.left_on <= followed.followed_until then 'left care'
        when followed.told_until <= followed.followed_until then 'no longer told'
        else 'waiting'
    end as ended_by,
    coalesce(followed.came_on <= followed.followed_until, false) as has_come,
    least(followed.came_on, followed.followed_until) - followed.began_on as days,
    -- judged are those who were still in care on the day their plan was due
    case
        when
            followed.event = 'first plan agreed'
            and due.plan_due_date <= {{ as_at() }}
            and due.plan_due_date < least(followed.left_on, followed.told_until)
            then coalesce(by_second_review.is_agreed, false)
    end as is_agreed_by_second_review
from followed
left join {{ ref('int_plans__due') }} as due
    on followed.care_period_id = due.care_period_id and followed.child_ref = due.child_ref
left join by_second_review
    on followed.care_period_id = by_second_review.care_period_id and followed.child_ref = by_second_review.child_ref
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        followed.child_ref = answering.child_ref
        and followed.began_on >= answering.from_day
        and followed.began_on < answering.to_day
where followed.began_on <= followed.followed_until
