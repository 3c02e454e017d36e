-- how long a child lived with the same carer: placements that follow each other with the same one
select
    spells.care_period_id,
    spells.child_ref,
    spells.carer_number,
    (array_agg(spells.placement_id order by spells.from_day, spells.ended_on, spells.placement_id))[1]
        as carer_spell_id,
    min(spells.from_day) as from_day,
    case when bool_or(spells.ended_on is null) then null else max(spells.ended_on) end as ended_on
from {{ ref('int_care__placement_spells') }} as spells
where spells.carer_number is not null
group by spells.care_period_id, spells.child_ref, spells.carer_number
