-- initial and review conferences of each child in one shape, completed by the register's record of the meeting
with made as (
    select
        plans.initial_conference_id,
        min(plans.cp_plan_id) as cp_plan_id
    from {{ ref('int_protection__plans') }} as plans
    group by plans.initial_conference_id
),

conferences as (
    select
        clock.source,
        clock.cp_conference_key,
        'initial' as kind,
        clock.child_ref,
        made.cp_plan_id,
        null::integer as review_number,
        clock.section_47_enquiry_id,
        clock.meeting_id,
        clock.from_day,
        clock.due_date,
        clock.source_due_date,
        clock.held_date,
        case
            when clock.held_date is null then null
            when clock.plan_made = 'Y' or made.cp_plan_id is not null then 'plan made'
            when clock.plan_made = 'N' then 'no plan'
        end as outcome,
        clock.transfer_in,
        null::text as quorate
    from {{ ref('int_protection__initial_clock') }} as clock
    left join made on clock.initial_conference_id = made.initial_conference_id
    union all
    select
        clock.source,
        clock.cp_conference_key,
        'review',
        clock.child_ref,
        clock.cp_plan_id,
        clock.review_number,
        null::text,
        clock.meeting_id,
        clock.from_day,
        clock.due_date,
        clock.source_due_date,
        clock.held_date,
        case clock.plan_continues when 'Y' then 'plan continues' when 'N' then 'plan ends' end,
        null::text,
        clock.quorate
    from {{ ref('int_protection__review_clock') }} as clock
    where not clock.plan_ended_first
),

changes as (
    select
        changes.meeting_id,
        changes.person_id,
        changes.new_date
    from {{ ref('stg_cssu__meeting_changes') }} as changes
    where changes.meeting_type in ('ICPC', 'RCPC')
),

moves as (
    select
        conferences.cp_conference_key,
        count(*)::integer as times_moved
    from conferences
    inner join changes on conferences.meeting_id = changes.meeting_id
    -- the change names a child of the meeting, or is of them all
    where changes.new_date is not null and coalesce(changes.person_id, conferences.child_ref) = conferences.child_ref
    group by conferences.cp_conference_key
),

register as (
    -- a register that tells of no conference ever moved does not tell of moves
    select exists(select from changes) as tells_of_moves
)

select
    conferences.source,
    conferences.cp_conference_key,
    conferences.kind,
    conferences.child_ref,
    conferences.cp_plan_id,
    conferences.review_number,
    conferences.section_47_enquiry_id,
    conferences.meeting_id,
    conferences.from_day,
    conferences.due_date,
    conferences.source_due_date,
    conferences.held_date,
    conferences.held_date <= conferences.due_date as in_time,
    conferences.outcome,
    conferences.transfer_in,
    conferences.quorate,
    details.chair_professional_id,
    details.meeting_format,
    details.late_reason,
    details.parents_invited,
    details.parents_took_part,
    details.report_shared_date,
    details.report_shared_date <= conferences.held_date - {{ threshold('conference_report_days') }}
        as report_shared_in_time,
    case when register.tells_of_moves and conferences.meeting_id is not null then coalesce(moves.times_moved, 0) end
        as times_moved,
    {{ unborn_on('conferences.held_date', 'children.date_of_birth', 'children.expected_date_of_birth') }}
        as was_unborn,
    {{ age_on('conferences.held_date', 'children.date_of_birth') }} as age_years
from conferences
cross join register
left join moves on conferences.cp_conference_key = moves.cp_conference_key
left join {{ ref('stg_cssu__conference_details') }} as details on conferences.meeting_id = details.meeting_id
left join {{ ref('int_people__children') }} as children on conferences.child_ref = children.child_ref
