-- orders for permanence that children came into care from, with the first day that the date can mean: a day or a month
-- that nobody knows is written zz
with said as (
    select
        previous._record_key as previous_permanence_id,
        previous.lapp_person_id as child_ref,
        previous.lapp_previous_permanence_option as previous_permanence,
        previous.lapp_previous_permanence_order_date as ordered
    from {{ ref('stg_ssd__cla_previous_permanence') }} as previous
    where previous.lapp_person_id is not null and previous.lapp_previous_permanence_option is not null
    union all
    -- a return tells of it where the extract doesn't
    select
        'ssda903|' || previous.child,
        previous.child,
        previous.prev_perm,
        previous.date_perm
    from {{ ref('stg_ssda903__previous_permanence') }} as previous
    where
        previous.child is not null
        and previous.prev_perm is not null
        and not exists (
            select from {{ ref('stg_ssd__cla_previous_permanence') }} as extracted
            where extracted.lapp_person_id = previous.child
        )
),

recorded as (
    select
        said.previous_permanence_id,
        said.child_ref,
        said.previous_permanence,
        substring(said.ordered from '\d{4}') as ordered_year,
        coalesce(
            substring(said.ordered from '/(0[1-9]|1[0-2])/\d{4}'),
            substring(said.ordered from '^\d{4}-(0[1-9]|1[0-2])')
        ) as ordered_month
    from said
)

select
    recorded.previous_permanence_id,
    recorded.child_ref,
    recorded.previous_permanence,
    make_date(nullif(recorded.ordered_year, '0000')::integer, coalesce(recorded.ordered_month::integer, 1), 1)
        as ordered_from
from recorded
