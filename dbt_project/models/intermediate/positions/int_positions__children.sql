-- who is in care on each position day: an open period of care on the day and under 18 (definitions), whether or not the
-- person's record is there. Only the source that speaks for the day counts; reviews and plans stand where the period is
-- told whole
with in_care as (
    select
        days.position_date,
        days.is_month_end,
        days.is_as_at,
        periods.child_ref,
        periods.whole_period_id as care_period_id,
        periods.care_period_id as spoken_period_id,
        periods.source,
        periods.started_on
    from {{ ref('int_positions__days') }} as days
    inner join {{ ref('int_care__periods') }} as periods
        on
            days.position_date >= periods.speaks_from
            and days.position_date < periods.covered_until
            and (periods.ended_on is null or days.position_date < periods.ended_on)
),

one_period as (
    -- a child with two open periods is one child: the later one is shown, gate 1 lists them
    select distinct on (in_care.child_ref, in_care.position_date) in_care.*
    from in_care
    order by in_care.child_ref, in_care.position_date, in_care.started_on desc, in_care.care_period_id
)

select
    one_period.child_ref,
    one_period.position_date,
    one_period.is_month_end,
    one_period.is_as_at,
    one_period.care_period_id,
    one_period.spoken_period_id,
    one_period.source,
    one_period.started_on,
    children.date_of_birth,
    {{ age_on('one_period.position_date', 'children.date_of_birth') }} as age_years,
    (children.date_of_birth + interval '18 years')::date - one_period.position_date as days_to_18
from one_period
left join {{ ref('int_people__children') }} as children on one_period.child_ref = children.child_ref
where
    children.date_of_birth is null
    or extract(year from age(one_period.position_date, children.date_of_birth)) < 18
