select
    spells.placement_id,
    spells.child_ref,
    spells.care_period_id,
    spells.from_day as started_on,
    spells.ended_on,
    spells.ended_on - spells.from_day as days,
    spells.placement_type,
    placement_type.label as placement_type_label,
    spells.placement_group,
    spells.placement_provider,
    placement_provider.label as placement_provider_label,
    case
        when spells.placement_group = 'fostering' then spells.placement_provider = 'PR1'
    end as is_in_house_fostering,
    spells.start_reason,
    spells.change_reason,
    change_reason.label as change_reason_label,
    spells.distance_miles::numeric(6, 1) as distance_miles,
    spells.area,
    spells.household_id,
    not spells.is_temporary as is_counted,
    carers.carer_spell_id,
    carers.carer_number,
    carers.from_day as carer_started_on,
    carers.ended_on as carer_ended_on,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    periods.source
from {{ ref('int_care__placement_spells') }} as spells
inner join {{ ref('int_care__whole_periods') }} as periods on spells.care_period_id = periods.care_period_id
left join {{ ref('int_care__carer_spells') }} as carers
    on spells.care_period_id = carers.care_period_id and spells.carer_number = carers.carer_number
left join {{ ref('code') }} as placement_type
    on spells.placement_type = placement_type.code and placement_type.list = 'placement_type'
left join {{ ref('code') }} as placement_provider
    on spells.placement_provider = placement_provider.code and placement_provider.list = 'placement_provider'
left join {{ ref('code') }} as change_reason
    on spells.change_reason = change_reason.code and change_reason.list = 'placement_change_reason'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        spells.child_ref = answering.child_ref
        and spells.from_day >= answering.from_day
        and spells.from_day < answering.to_day
