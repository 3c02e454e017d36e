-- child protection plans, each with the child's earlier ones of this council, its initial conference and its marks
with plans as (
    select plans.*
    from {{ ref('int_protection__recorded_plans') }} as plans
),

counted as (
    -- plans that began on one day are none of them earlier; a plan of another council is not one of this council's
    select
        plans.*,
        count(*) filter (where plans.other_authority is distinct from 'Y') over earlier as previous_plans,
        max(coalesce(plans.ended_on, date '2100-01-01')) filter (where plans.other_authority is distinct from 'Y')
            over earlier as earlier_until
    from plans
    window earlier as (
        partition by plans.child_ref
        order by plans.started_on
        range between unbounded preceding and interval '1 day' preceding
    )
),

candidates as (
    -- the conference that the plan names, else the one that names the plan, else the child's of the plan's first day
    select
        plans.cp_plan_id,
        conferences.initial_conference_id,
        conferences.held_date,
        1 as choice
    from plans
    inner join {{ ref('int_protection__initial_conferences') }} as conferences
        on plans.initial_conference_id = conferences.initial_conference_id and plans.child_ref = conferences.child_ref
    union all
    select
        plans.cp_plan_id,
        conferences.initial_conference_id,
        conferences.held_date,
        2
    from plans
    inner join {{ ref('int_protection__initial_conferences') }} as conferences
        on plans.cp_plan_id = conferences.cp_plan_id and plans.child_ref = conferences.child_ref
    union all
    select
        plans.cp_plan_id,
        conferences.initial_conference_id,
        conferences.held_date,
        3
    from plans
    inner join {{ ref('int_protection__initial_conferences') }} as conferences
        on plans.child_ref = conferences.child_ref and plans.started_on = conferences.held_date
),

initial_conferences as (
    select distinct on (candidates.cp_plan_id)
        candidates.cp_plan_id,
        candidates.initial_conference_id,
        candidates.held_date
    from candidates
    order by candidates.cp_plan_id, candidates.choice, candidates.held_date, candidates.initial_conference_id
),

looked_at as (
    -- the register names the plan, or the child alone: then it is the plan that the child was on that day
    select
        plans.cp_plan_id,
        scrutiny.date as scrutinised_on
    from {{ ref('stg_cssu__scrutiny') }} as scrutiny
    inner join plans on scrutiny.cp_plan_id = plans.cp_plan_id
    where scrutiny.kind = 'FIFTEEN_MONTH'
    union all
    select
        plans.cp_plan_id,
        scrutiny.date
    from {{ ref('stg_cssu__scrutiny') }} as scrutiny
    inner join plans
        on
            scrutiny.person_id = plans.child_ref
            and scrutiny.date >= plans.started_on
            and (plans.ended_on is null or scrutiny.date <= plans.ended_on)
    where scrutiny.kind = 'FIFTEEN_MONTH' and scrutiny.cp_plan_id is null
),

scrutinised as (
    select
        looked_at.cp_plan_id,
        min(looked_at.scrutinised_on) as scrutinised_on
    from looked_at
    group by looked_at.cp_plan_id
),

in_care as (
    select distinct plans.cp_plan_id
    from plans
    inner join {{ ref('int_care__periods') }} as periods
        on
            plans.child_ref = periods.child_ref
            and plans.started_on >= periods.started_on
            and plans.started_on < coalesce(periods.known_until, date '2100-01-01')
)

select
    counted.source,
    counted.cp_plan_id,
    counted.child_ref,
    counted.started_on,
    counted.ended_on,
    counted.initial_category,
    counted.latest_category,
    counted.other_authority,
    counted.previous_plans::integer as previous_plans,
    -- an earlier plan that had not ended is none days ago
    case
        when counted.previous_plans > 0 then greatest(counted.started_on - counted.earlier_until, 0)
    end as days_since_earlier_plan,
    counted.previous_plans > 0 as is_repeat,
    coalesce(
        counted.started_on <= {{ months_after('counted.earlier_until', threshold('repeat_plan_months')) }}, false
    ) as is_repeat_within_2_years,
    counted.ended_on - counted.started_on as length_days,
    {{ plan_length_band('counted.started_on', 'counted.ended_on') }} as length_band,
    {{ months_after('counted.started_on', threshold('plan_scrutiny_months')) }} as scrutiny_due_on,
    scrutinised.scrutinised_on,
    {{ months_after('counted.started_on', threshold('long_plan_months')) }} as two_years_on,
    {{ unborn_on('counted.started_on', 'children.date_of_birth', 'children.expected_date_of_birth') }}
        as was_unborn_at_start,
    children.date_of_birth as born_on,
    {{ age_on('counted.started_on', 'children.date_of_birth') }} as age_at_start_years,
    initial_conferences.initial_conference_id,
    -- the clock of review conferences runs from the conference, also where a child moved here on a plan
    coalesce(initial_conferences.held_date, counted.started_on) as reviewed_from,
    in_care.cp_plan_id is not null as was_in_care_at_start
from counted
left join initial_conferences on counted.cp_plan_id = initial_conferences.cp_plan_id
left join scrutinised on counted.cp_plan_id = scrutinised.cp_plan_id
left join in_care on counted.cp_plan_id = in_care.cp_plan_id
left join {{ ref('int_people__children') }} as children on counted.child_ref = children.child_ref
