-- initial conferences as the case system has them: a child's once a day, the register saying what it leaves out.
-- Whether a child came on another council's plan is said of the child in the one and of the meeting in the other.
with said as (
    select
        'ssd' as source,
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
    union all
    -- the census has conferences with their enquiries, and those that none led to with the referral
    select
        'cin_census',
        'cin_census|' || conferences.child_ref || '|' || conferences.held_date,
        conferences.child_ref,
        null::text,
        min(conferences.section_47_enquiry_id),
        null::text,
        min(conferences.source_due_date),
        conferences.held_date,
        null::text,
        null::text,
        null::date
    from (
        select
            enquiries.la_child_id as child_ref,
            'cin_census|' || enquiries.la_child_id || '|' || enquiries.s47_actual_start_date as section_47_enquiry_id,
            enquiries.initial_cpc_target as source_due_date,
            enquiries.date_of_initial_cpc as held_date
        from {{ ref('stg_cin_census__section_47') }} as enquiries
        union all
        select
            referrals.la_child_id,
            null::text,
            null::date,
            referrals.date_of_initial_cpc
        from {{ ref('stg_cin_census__referrals') }} as referrals
    ) as conferences
    where conferences.child_ref is not null and conferences.held_date is not null
    group by conferences.child_ref, conferences.held_date
    union all
    select
        'annex_a',
        'annex_a|' || enquiries.child_unique_id || '|' || enquiries.initial_conference_date,
        enquiries.child_unique_id,
        null::text,
        min('annex_a|' || enquiries.child_unique_id || '|' || enquiries.strategy_discussion_date),
        null::text,
        null::date,
        enquiries.initial_conference_date,
        min(nullif(enquiries.conference_led_to_plan, 'U')),
        null::text,
        null::date
    from {{ ref('stg_annex_a__section_47') }} as enquiries
    where enquiries.child_unique_id is not null and enquiries.initial_conference_date is not null
    group by enquiries.child_unique_id, enquiries.initial_conference_date
),

recorded as (
    select said.*
    from said
    {{ who_speaks('protection', 'said.held_date, said.source_due_date') }}
)

select distinct on (
    recorded.child_ref,
    recorded.held_date,
    case when recorded.held_date is null then recorded.initial_conference_id end
)
    recorded.source,
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
