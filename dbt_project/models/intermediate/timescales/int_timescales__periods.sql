-- periods of full care, as far as a wait in them can be followed: from the first day of full care to leaving care or
-- the 18th birthday
with full_care as (
    select
        spells.care_period_id,
        min(spells.from_day) as from_day
    from {{ ref('int_care__legal_spells') }} as spells
    where spells.care_basis = 'full'
    group by spells.care_period_id
),

-- a period that began as short breaks counts from its first day of full care; one of short breaks alone doesn't
begun as (
    select
        periods.care_period_id,
        periods.child_ref,
        case when periods.care_basis = 'full' then periods.started_on else full_care.from_day end as started_on,
        periods.ended_on,
        periods.end_reason,
        periods.known_until,
        children.date_of_birth
    from {{ ref('int_care__whole_periods') }} as periods
    left join full_care on periods.care_period_id = full_care.care_period_id
    left join {{ ref('int_people__children') }} as children on periods.child_ref = children.child_ref
    where periods.care_basis = 'full' or full_care.care_period_id is not null
)

select
    begun.care_period_id,
    begun.child_ref,
    begun.started_on,
    begun.ended_on,
    begun.end_reason,
    begun.known_until,
    least(begun.ended_on, {{ months_after('begun.date_of_birth', 12 * 18) }}) as left_on,
    {{ age_on('begun.started_on', 'begun.date_of_birth') }} as age_at_entry
from begun
