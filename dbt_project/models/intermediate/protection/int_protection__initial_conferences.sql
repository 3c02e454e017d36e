-- initial conferences as the case system has them: a child's once a day, the register saying what it leaves out.
-- Whether a child came on another council's plan is said of the child in the one and of the meeting in the other.
with recorded as (
    select
        conferences._record_key as initial_conference_id,
        conferences.icpc_person_id as child_ref,
        conferences.icpc_icpc_meeting_id as meeting_id,
        conferences.icpc_s47_enquiry_id as section_47_enquiry_id,
        conferences.icpc_cp_plan_id as cp_plan_id,
        conferences.icpc_icpc_target_date as source_due_date,
        conferences.icpc_icpc_date as held_date,
        conferences.icpc_icpc_outcome_cp_flag as plan_made,
        coalesce(conferences.icpc_icpc_transfer_in, details.transfer_in) as transfer_in,
        details.strategy_discussion_date
    from {{ ref('stg_ssd__initial_cp_conference') }} as conferences
    left join {{ ref('stg_cssu__conference_details') }} as details
        on conferences.icpc_icpc_meeting_id = details.meeting_id
    where conferences.icpc_person_id is not null
)

select distinct on (
    recorded.child_ref,
    recorded.held_date,
    case when recorded.held_date is null then recorded.initial_conference_id end
)
    recorded.initial_conference_id,
    recorded.child_ref,
    recorded.meeting_id,
    recorded.section_47_enquiry_id,
    recorded.cp_plan_id,
    recorded.source_due_date,
    recorded.held_date,
    recorded.plan_made,
    recorded.transfer_in,
    recorded.strategy_discussion_date
from recorded
order by
    recorded.child_ref,
    recorded.held_date,
    case when recorded.held_date is null then recorded.initial_conference_id end,
    recorded.cp_plan_id nulls last,
    recorded.meeting_id nulls last,
    recorded.initial_conference_id
