select
    changes.change_id,
    changes.meeting_type,
    changes.review_detail_id,
    changes.conference_meeting_id,
    changes.foster_carer_review_id,
    changes.child_ref,
    changes.care_period_id,
    answering.iro_id,
    answering.social_worker_id,
    answering.team_id,
    changes.changed_on,
    changes.decided_date,
    changes.original_date,
    changes.new_date,
    changes.is_cancelled,
    changes.days_moved,
    changes.asked_by,
    changes.reason,
    changes.child_view_sought,
    changes.agreed_by_service_manager,
    'cssu' as source
from {{ ref('int_oversight__meeting_changes') }} as changes
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        changes.child_ref = answering.child_ref
        and changes.changed_on >= answering.from_day
        and changes.changed_on < answering.to_day
