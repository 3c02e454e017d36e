-- the days on which a child was in care, full care and short breaks apart: as int_positions__children counts them, but
-- all days and not the last of each month, so that who came and left between two month ends is counted too
with birthdays as (
    select
        children.child_ref,
        children.date_of_birth,
        (children.date_of_birth + interval '18 years')::date as birthday
    from {{ ref('int_people__children') }} as children
),

of_age as (
    -- whoever was born on 29 February is 17 until the end of February
    select
        birthdays.child_ref,
        birthdays.birthday
        + (extract(day from birthdays.birthday) <> extract(day from birthdays.date_of_birth))::integer as birthday
    from birthdays
),

periods as (
    select
        periods.care_period_id,
        periods.child_ref,
        datemultirange(daterange(
            periods.speaks_from,
            greatest(periods.speaks_from, least(periods.covered_until, periods.ended_on, of_age.birthday))
        )) as days
    from {{ ref('int_care__periods') }} as periods
    left join of_age on periods.child_ref = of_age.child_ref
),

short_breaks as (
    select
        spells.care_period_id,
        range_agg(daterange(spells.from_day, spells.to_day)) as days
    from {{ ref('int_care__legal_spells') }} as spells
    where spells.care_basis = 'short_break'
    group by spells.care_period_id
),

by_basis as (
    select
        periods.child_ref,
        kinds.care_basis,
        case kinds.care_basis
            when 'full' then periods.days - coalesce(short_breaks.days, '{}'::datemultirange)
            else periods.days * short_breaks.days
        end as days
    from periods
    left join short_breaks on periods.care_period_id = short_breaks.care_period_id
    cross join (values ('full'), ('short_break')) as kinds (care_basis)
)

select
    by_basis.child_ref,
    by_basis.care_basis,
    range_agg(by_basis.days) as days
from by_basis
where not isempty(by_basis.days)
group by by_basis.child_ref, by_basis.care_basis
