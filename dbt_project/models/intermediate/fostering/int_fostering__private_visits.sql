-- visits to private fostering arrangements, and the next one of each, with the day each was due: every 6 weeks in the
-- first year, every 12 after, from the visit before. A review of the arrangement is a visit too: the register has the
-- child seen at it.
with visits as (
    select
        visits._record_key as visit_id,
        visits.arrangement_id,
        visits.visit_date,
        visits.visit_kind,
        visits.child_seen_alone,
        visits.professional_id
    from {{ ref('stg_cssu__private_fostering_visits') }} as visits
),

arrangements as (
    select
        arrangements.arrangement_id,
        arrangements.child_ref,
        arrangements.begins_on,
        least(arrangements.ended_date, arrangements.age_limit_date) as over_on,
        {{ months_after('arrangements.begins_on', threshold('private_fostering_first_year_months')) }}
            as first_year_until
    from {{ ref('int_fostering__private_arrangements') }} as arrangements
    where arrangements.begins_on is not null
),

counted as (
    -- visits while the arrangement lasted; two on one day were both due by the visit before that day
    select
        visits.visit_id,
        visits.arrangement_id,
        visits.visit_date,
        max(visits.visit_date) over (
            partition by visits.arrangement_id
            order by visits.visit_date
            range between unbounded preceding and interval '1 day' preceding
        ) as visit_before
    from visits
    inner join arrangements
        on
            visits.arrangement_id = arrangements.arrangement_id
            and visits.visit_date >= arrangements.begins_on
            and visits.visit_date <= coalesce(arrangements.over_on, date '2100-01-01')
),

expected as (
    select
        counted.visit_id,
        counted.arrangement_id,
        counted.visit_date,
        counted.visit_before
    from counted
    union all
    select
        'next|' || arrangements.arrangement_id,
        arrangements.arrangement_id,
        null::date,
        max(counted.visit_date)
    from arrangements
    left join counted on arrangements.arrangement_id = counted.arrangement_id
    group by arrangements.arrangement_id
),

runs_from as (
    select
        expected.visit_id,
        expected.arrangement_id,
        expected.visit_date,
        arrangements.over_on,
        arrangements.first_year_until,
        coalesce(expected.visit_before, arrangements.begins_on) as runs_from_date
    from expected
    inner join arrangements on expected.arrangement_id = arrangements.arrangement_id
),

due as (
    select
        runs_from.*,
        case
            -- the interval is the one of the year in which it begins
            when runs_from.runs_from_date < runs_from.first_year_until
                then runs_from.runs_from_date + 7 * {{ threshold('private_fostering_first_year_weeks') }}
            else runs_from.runs_from_date + 7 * {{ threshold('private_fostering_later_weeks') }}
        end as due_date
    from runs_from
),

visited as (
    select
        visits.visit_id,
        visits.arrangement_id,
        'held' as status,
        visits.visit_kind,
        due.due_date,
        visits.visit_date,
        visits.visit_date <= due.due_date as in_time,
        visits.child_seen_alone,
        visits.professional_id
    from visits
    left join due on visits.visit_id = due.visit_id
    union all
    select
        due.visit_id,
        due.arrangement_id,
        'due',
        null::text,
        due.due_date,
        null::date,
        null::boolean,
        null::text,
        null::text
    from due
    where due.visit_date is null and (due.over_on is null or due.over_on > due.due_date)
)

select
    visited.visit_id,
    visited.arrangement_id,
    arrangements.child_ref,
    visited.status,
    visited.visit_kind,
    visited.due_date,
    visited.visit_date,
    visited.in_time,
    visited.child_seen_alone,
    visited.professional_id
from visited
left join {{ ref('int_fostering__private_arrangements') }} as arrangements
    on visited.arrangement_id = arrangements.arrangement_id
