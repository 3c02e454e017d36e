select
    periods.care_period_id,
    periods.child_ref,
    periods.started_on,
    periods.ended_on,
    periods.known_until,
    periods.ended_on - periods.started_on as days_in_care,
    periods.period_number,
    periods.days_since_earlier,
    periods.period_number > 1 as is_repeat,
    periods.care_basis,
    periods.last_care_basis,
    periods.first_legal_status,
    periods.last_legal_status,
    periods.category_of_need,
    category_of_need.label as category_of_need_label,
    periods.end_reason,
    end_reason.label as end_reason_label,
    care_end_group.end_group,
    {{ age_on('periods.started_on', 'children.date_of_birth') }} as age_at_start,
    {{ age_on('periods.ended_on', 'children.date_of_birth') }} as age_at_end,
    periods.is_unaccompanied,
    periods.previous_permanence,
    previous_permanence.label as previous_permanence_label,
    details.sibling_group_ref,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    periods.source
from {{ ref('int_care__whole_periods') }} as periods
left join {{ ref('int_people__children') }} as children on periods.child_ref = children.child_ref
left join {{ ref('int_people__child_details') }} as details on periods.child_ref = details.child_ref
left join {{ ref('care_end_group') }} as care_end_group on periods.end_reason = care_end_group.code
left join {{ ref('code') }} as category_of_need
    on periods.category_of_need = category_of_need.code and category_of_need.list = 'category_of_need'
left join {{ ref('code') }} as end_reason
    on periods.end_reason = end_reason.code and end_reason.list = 'annex_a_end_reason'
left join {{ ref('code') }} as previous_permanence
    on periods.previous_permanence = previous_permanence.code and previous_permanence.list = 'previous_permanence'
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        periods.child_ref = answering.child_ref
        and periods.started_on >= answering.from_day
        and periods.started_on < answering.to_day
