-- each wait in every cohort it belongs to: all, its year, team and age; with all options together and its own
with of_options as (
    select
        waits.*,
        'all' as counted_option
    from {{ ref('int_timescales__waits') }} as waits
    union all
    -- a child without a plan has no option to be counted by
    select
        waits.*,
        waits.plan_option
    from {{ ref('int_timescales__waits') }} as waits
    where waits.plan_option is not null
)

select
    waits.wait_key,
    waits.event,
    waits.counted_option as plan_option,
    kinds.cohort_kind,
    case kinds.cohort_kind
        when 'all' then 'all'
        when 'entry year' then waits.entry_year
        when 'team' then waits.team_id
        when 'age band at entry' then waits.age_band
    end as cohort,
    waits.days,
    waits.has_come,
    waits.ended_by,
    waits.is_agreed_by_second_review
from of_options as waits
cross join (values ('all'), ('entry year'), ('team'), ('age band at entry')) as kinds (cohort_kind)
