-- when each visit to a child in care was due (regulation 28): within a week of the start of a placement, then at
-- intervals that run from the visit before at which the child was seen, under the rule in force on its day. A placement
-- is a carer's: moving with the carer starts no other. A temporary move ends none.
with periods as (
    -- only the extract tells visits
    select
        periods.care_period_id,
        periods.child_ref,
        periods.started_on,
        coalesce(periods.known_until, date '2100-01-01') as to_day
    from {{ ref('int_care__whole_periods') }} as periods
    where periods.source = 'ssd'
),

lasting as (
    select
        spells.care_period_id,
        spells.placement_id,
        spells.placement_type,
        spells.placement_group,
        spells.is_meant_to_last,
        spells.household_id,
        spells.carer_number,
        spells.from_day,
        lead(spells.from_day) over (
            partition by spells.care_period_id order by spells.from_day, spells.ended_on, spells.placement_id
        ) as next_from_day
    from {{ ref('int_care__placement_spells') }} as spells
    where not spells.is_temporary
),

lived as (
    -- one home after the other to the end of the period; the duty to visit is there where no home is recorded
    select
        periods.care_period_id,
        periods.child_ref,
        coalesce(lasting.carer_number, 0) as carer_number,
        lasting.placement_id,
        lasting.placement_group,
        coalesce(lasting.is_meant_to_last, false) as is_meant_to_last,
        coalesce(lasting.from_day, periods.started_on) as from_day,
        least(coalesce(lasting.next_from_day, periods.to_day), periods.to_day) as to_day
    from periods
    left join lasting on periods.care_period_id = lasting.care_period_id
),

temporarily_approved as (
    -- regulation 24: relatives and friends whose approval is temporary
    select
        lasting.care_period_id,
        lasting.placement_id,
        households.approved_date as from_day,
        least(
            coalesce(households.temporary_until, date '2100-01-01'), coalesce(households.ended_date, date '2100-01-01')
        ) as to_day
    from lasting
    inner join {{ ref('stg_cssu__household_placements') }} as household_placements
        on lasting.placement_id = household_placements.placement_id
    inner join {{ ref('stg_cssu__foster_households') }} as households
        on household_placements.household_id = households.household_id
    where households.approval_type = 'TEMPORARY' and households.approved_date is not null
),

boundaries as (
    select
        lived.care_period_id,
        lived.from_day as day
    from lived
    union
    select
        lived.care_period_id,
        lived.to_day
    from lived
    union
    select
        spells.care_period_id,
        spells.from_day
    from {{ ref('int_care__legal_spells') }} as spells
    union
    select
        spells.care_period_id,
        spells.to_day
    from {{ ref('int_care__legal_spells') }} as spells
    union
    select
        temporarily_approved.care_period_id,
        temporarily_approved.from_day
    from temporarily_approved
    union
    select
        temporarily_approved.care_period_id,
        temporarily_approved.to_day
    from temporarily_approved
),

moments as (
    select
        boundaries.care_period_id,
        boundaries.day as from_day,
        lead(boundaries.day) over (partition by boundaries.care_period_id order by boundaries.day) as to_day
    from boundaries
),

circumstances as (
    select distinct on (moments.care_period_id, moments.from_day)
        moments.care_period_id,
        moments.from_day,
        moments.to_day,
        lived.child_ref,
        lived.carer_number,
        lived.is_meant_to_last,
        case
            when statuses.care_basis = 'short_break' then 'not judged: short breaks'
            when lived.placement_group = 'placed for adoption' then 'not judged: placed for adoption'
            when lived.placement_group = 'with parents' and statuses.legal_status = 'C1' then 'regulation 28(4)'
            when temporarily_approved.placement_id is not null then 'regulation 28(4)'
            when lived.placement_group = 'with parents' and statuses.legal_status = 'C2' then 'regulation 28(5)'
            else 'regulation 28(2)'
        end as clock,
        -- an order made for a child who lives with parents starts the clock again, the approval of carers doesn't
        case
            when statuses.care_basis = 'short_break' then 'short breaks'
            when lived.placement_group = 'placed for adoption' then 'adoption'
            when lived.placement_group = 'with parents' and statuses.legal_status in ('C1', 'C2')
                then statuses.legal_status
            else 'placement'
        end as footing
    from moments
    inner join lived
        on
            moments.care_period_id = lived.care_period_id
            and moments.from_day >= lived.from_day
            and moments.to_day <= lived.to_day
    left join {{ ref('int_care__legal_spells') }} as statuses
        on
            moments.care_period_id = statuses.care_period_id
            and moments.from_day >= statuses.from_day
            and moments.to_day <= statuses.to_day
    left join temporarily_approved
        on
            lived.placement_id = temporarily_approved.placement_id
            and moments.from_day >= temporarily_approved.from_day
            and moments.to_day <= temporarily_approved.to_day
    order by moments.care_period_id, moments.from_day
),

changes as (
    select
        circumstances.*,
        case
            when
                lag(circumstances.carer_number) over spells = circumstances.carer_number
                and lag(circumstances.footing) over spells = circumstances.footing then 0
            else 1
        end as begins
    from circumstances
    window spells as (partition by circumstances.care_period_id order by circumstances.from_day)
),

ruled as (
    select
        changes.*,
        sum(changes.begins) over (partition by changes.care_period_id order by changes.from_day) as stretch
    from changes
),

stretches as (
    select
        ruled.care_period_id,
        ruled.stretch,
        min(ruled.from_day) as from_day,
        max(ruled.to_day) as to_day,
        bool_or(ruled.footing in ('short breaks', 'adoption')) as is_not_judged
    from ruled
    group by ruled.care_period_id, ruled.stretch
),

reviewed as (
    -- each stretch with its first review. (What is known of a stretch goes along with its visits: joined to them again,
    -- the planner compares every visit with every stretch)
    select
        stretches.care_period_id,
        stretches.stretch,
        stretches.from_day,
        stretches.to_day,
        stretches.is_not_judged,
        min(held.held_date) as first_review
    from stretches
    left join {{ ref('int_reviews__held') }} as held
        on stretches.care_period_id = held.care_period_id and stretches.from_day <= held.held_date
    group by
        stretches.care_period_id, stretches.stretch, stretches.from_day, stretches.to_day, stretches.is_not_judged
),

expected as (
    -- each day on which the child was seen, and the next visit of each stretch that is judged
    select
        reviewed.care_period_id,
        reviewed.stretch,
        reviewed.from_day as stretch_from_day,
        reviewed.to_day as stretch_to_day,
        reviewed.first_review,
        visits.visit_date
    from reviewed
    inner join {{ ref('int_care__visits') }} as visits
        on
            reviewed.care_period_id = visits.care_period_id
            and reviewed.from_day <= visits.visit_date
            and reviewed.to_day > visits.visit_date
    where visits.seen = 'Y'
    group by
        reviewed.care_period_id, reviewed.stretch, reviewed.from_day, reviewed.to_day, reviewed.first_review,
        visits.visit_date
    union all
    select
        reviewed.care_period_id,
        reviewed.stretch,
        reviewed.from_day,
        reviewed.to_day,
        reviewed.first_review,
        null::date
    from reviewed
    where not reviewed.is_not_judged
),

numbered as (
    select
        expected.*,
        row_number() over visits as visit_number,
        lag(expected.visit_date) over visits as visit_before
    from expected
    window visits as (partition by expected.care_period_id, expected.stretch order by expected.visit_date)
),

runs_from as (
    select
        numbered.*,
        coalesce(numbered.visit_before, numbered.stretch_from_day) as from_day
    from numbered
),

carried as (
    -- a first visit that was due before the first one that the source tells may have been made: held later, it is not
    -- called late. (Asked once, as a threshold is: joined, it is counted anew for each visit)
    select min(visits.visit_date) as from_day
    from {{ ref('int_care__visits') }} as visits
),

due as (
    select
        runs_from.*,
        ruled.child_ref,
        ruled.clock,
        case
            when ruled.clock like 'not judged%' then null
            when
                runs_from.visit_number = 1 and runs_from.visit_date is not null
                and runs_from.from_day + {{ threshold('visit_first_days') }} < (select carried.from_day from carried)
                then null
            when runs_from.visit_number = 1 then runs_from.from_day + {{ threshold('visit_first_days') }}
            when
                ruled.clock = 'regulation 28(4)'
                and runs_from.first_review <= runs_from.from_day + {{ threshold('visit_weekly_days') }}
                then runs_from.from_day + {{ threshold('visit_after_review_days') }}
            when ruled.clock = 'regulation 28(4)' then runs_from.from_day + {{ threshold('visit_weekly_days') }}
            when
                ruled.clock = 'regulation 28(2)' and ruled.is_meant_to_last
                and runs_from.from_day
                >= {{ months_after('runs_from.stretch_from_day', threshold('visit_first_year_months')) }}
                then {{ months_after('runs_from.from_day', threshold('visit_settled_months')) }}
            else runs_from.from_day + {{ threshold('visit_interval_days') }}
        end as due_date
    from runs_from
    inner join ruled
        on
            runs_from.care_period_id = ruled.care_period_id
            and runs_from.stretch = ruled.stretch
            and runs_from.from_day >= ruled.from_day
            and runs_from.from_day < ruled.to_day
)

select
    due.care_period_id,
    due.child_ref,
    due.stretch_from_day,
    nullif(due.stretch_to_day, date '2100-01-01') as stretch_to_day,
    due.visit_number::integer as visit_number,
    due.clock,
    due.visit_before,
    due.due_date,
    due.visit_date,
    -- a child who left the placement on or before the due date was not visited late
    due.visit_date is null and due.stretch_to_day <= due.due_date as left_before_due
from due
