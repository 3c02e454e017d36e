select
    missing.missing_id,
    missing.child_ref,
    missing.care_period_id,
    missing.started_on,
    missing.ended_on,
    missing.ended_on - missing.started_on as days,
    missing.missing_type,
    missing_type.label as missing_type_label,
    missing.interview_offered,
    missing.interview_accepted,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    missing.source
from {{ ref('int_care__missing_episodes') }} as missing
left join {{ ref('code') }} as missing_type
    on missing.missing_type = missing_type.code and missing_type.list = 'missing_type'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        missing.child_ref = answering.child_ref
        and missing.started_on >= answering.from_day
        and missing.started_on < answering.to_day
