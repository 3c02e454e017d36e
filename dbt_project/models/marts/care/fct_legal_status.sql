with spells as (
    select
        spells.care_period_id,
        spells.child_ref,
        spells.legal_status,
        spells.care_basis,
        spells.from_day,
        -- a status that stands to the end of what its source tells of an open period has not ended
        case
            when periods.ended_on is not null or spells.to_day < coalesce(periods.known_until, date '2100-01-01')
                then spells.to_day
        end as ended_on,
        spells.is_overlapped,
        periods.source
    from {{ ref('int_care__legal_spells') }} as spells
    inner join {{ ref('int_care__whole_periods') }} as periods on spells.care_period_id = periods.care_period_id
)

select
    spells.care_period_id || '|' || spells.from_day as legal_spell_key,
    spells.child_ref,
    spells.care_period_id,
    spells.legal_status,
    legal_status.label as legal_status_label,
    spells.care_basis,
    spells.from_day as started_on,
    spells.ended_on,
    spells.ended_on - spells.from_day as days,
    spells.is_overlapped,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    spells.source
from spells
left join {{ ref('code') }} as legal_status
    on spells.legal_status = legal_status.code and legal_status.list = 'legal_status'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        spells.child_ref = answering.child_ref
        and spells.from_day >= answering.from_day
        and spells.from_day < answering.to_day
