-- every reason to act for a child on a child protection plan on each position day. What a child in care lacks too (an
-- IRO, a social worker, an answer to an escalation) is listed once, among the reasons of children in care
with positions as (
    select
        children.child_ref,
        children.position_date,
        children.cp_plan_id,
        children.is_in_care,
        children.started_on,
        children.scrutiny_due_on,
        children.scrutinised_on,
        children.is_over_15_months,
        answering.iro_id,
        answering.social_worker_id,
        answering.no_iro_since,
        answering.no_social_worker_since,
        conferences.next_conference_due_date,
        conferences.next_conference_status,
        due_soon.from_day as due_soon_from,
        contacts.seen_in_four_weeks,
        -- since the weeks in which the child was to be seen were over
        greatest(contacts.last_seen_date, children.started_on)
        + {{ threshold('protection_seen_within_days') }} as to_be_seen_by,
        escalations.escalation_id,
        escalations.response_due_date,
        coalesce(escalations.is_unanswered, false) as is_escalation_unanswered,
        carried.are_allocations
    from {{ ref('int_positions__protection_children') }} as children
    inner join {{ ref('int_positions__carried') }} as carried on children.position_date = carried.position_date
    inner join {{ ref('int_positions__answering') }} as answering
        on children.child_ref = answering.child_ref and children.position_date = answering.position_date
    inner join {{ ref('int_positions__conferences') }} as conferences
        on children.child_ref = conferences.child_ref and children.position_date = conferences.position_date
    inner join {{ ref('int_positions__protection_contacts') }} as contacts
        on children.child_ref = contacts.child_ref and children.position_date = contacts.position_date
    left join {{ ref('int_positions__due_soon') }} as due_soon
        on conferences.next_conference_due_date = due_soon.due_date
    left join {{ ref('int_positions__escalations') }} as escalations
        on children.child_ref = escalations.child_ref and children.position_date = escalations.position_date
),

found as (
    select
        positions.child_ref,
        positions.position_date,
        found.reason,
        found.since_date,
        found.due_date,
        found.detail_ref
    from positions
    cross join
        lateral (
            values
            (
                'plan_without_iro', not positions.is_in_care and positions.are_allocations and positions.iro_id is null,
                positions.no_iro_since, null, positions.cp_plan_id
            ),
            (
                'plan_without_social_worker',
                not positions.is_in_care and positions.are_allocations and positions.social_worker_id is null,
                positions.no_social_worker_since, null, positions.cp_plan_id
            ),
            (
                'plan_escalation_unanswered', not positions.is_in_care and positions.is_escalation_unanswered,
                positions.response_due_date, positions.response_due_date, positions.escalation_id
            ),
            (
                'conference_due_soon',
                positions.next_conference_status = 'not yet due'
                and positions.due_soon_from <= positions.position_date,
                positions.due_soon_from, positions.next_conference_due_date, positions.cp_plan_id
            ),
            (
                'conference_without_record', positions.next_conference_status = 'due, no completed record yet',
                positions.next_conference_due_date, positions.next_conference_due_date, positions.cp_plan_id
            ),
            (
                'conference_overdue', positions.next_conference_status = 'overdue',
                positions.next_conference_due_date, positions.next_conference_due_date, positions.cp_plan_id
            ),
            (
                'plan_child_not_seen',
                -- a plan is a few days old before its first visit can be late
                not positions.seen_in_four_weeks and positions.to_be_seen_by < positions.position_date,
                positions.to_be_seen_by, positions.to_be_seen_by, positions.cp_plan_id
            ),
            (
                'plan_not_scrutinised', positions.is_over_15_months and positions.scrutinised_on is null,
                positions.scrutiny_due_on, positions.scrutiny_due_on, positions.cp_plan_id
            )
        ) as found (reason, applies, since_date, due_date, detail_ref)
    where found.applies
)

select found.*
from found
inner join {{ ref('reason_to_act') }} as reason_to_act on found.reason = reason_to_act.reason
where reason_to_act.is_active
