-- meetings moved or cancelled, each with the id of the meeting under the name that its fact has for it
select
    changes._record_key as change_id,
    changes.meeting_type,
    case when changes.meeting_type = 'CIC_REVIEW' then changes.meeting_id end as review_detail_id,
    case when changes.meeting_type in ('ICPC', 'RCPC') then changes.meeting_id end as conference_meeting_id,
    case when changes.meeting_type = 'FCR' then changes.meeting_id end as foster_carer_review_id,
    coalesce(changes.person_id, details.person_id) as child_ref,
    periods.care_period_id,
    changes.original_date,
    changes.new_date,
    changes.decided_date,
    coalesce(changes.decided_date, changes.original_date, changes.new_date) as changed_on,
    changes.new_date is null as is_cancelled,
    changes.new_date - changes.original_date as days_moved,
    changes.asked_by,
    changes.reason,
    changes.child_view_sought,
    changes.agreed_by_service_manager
from {{ ref('stg_cssu__meeting_changes') }} as changes
left join {{ ref('stg_cssu__review_details') }} as details
    on changes.meeting_id = details._record_key and changes.meeting_type = 'CIC_REVIEW'
left join {{ ref('int_care__periods') }} as periods
    on
        details.cla_id = periods.source_period_id
        and coalesce(changes.person_id, details.person_id) = periods.child_ref
