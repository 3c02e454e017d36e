-- meetings that were moved or cancelled, by the day that was decided. What a move did to the clock: a child in care
-- review that was set for its due date or before, and is set for a day after it
with awaited as (
    select
        clock.care_period_id,
        clock.due_date,
        coalesce(
            lag(clock.held_date) over (partition by clock.care_period_id order by clock.review_number),
            date '1900-01-01'
        ) as from_day,
        coalesce(clock.held_date, date '2100-01-01') as to_day
    from {{ ref('int_reviews__clock') }} as clock
),

members as (
    select
        changes.change_id as member_key,
        changes.child_ref,
        changes.changed_on as member_date,
        changes.meeting_type,
        changes.asked_by,
        changes.is_cancelled,
        case
            when not changes.is_cancelled and awaited.due_date is not null
                then changes.original_date <= awaited.due_date and changes.new_date > awaited.due_date
        end as is_moved_past_due_date
    from {{ ref('int_oversight__meeting_changes') }} as changes
    left join awaited
        on
            changes.meeting_type = 'CIC_REVIEW'
            and changes.care_period_id = awaited.care_period_id
            and changes.changed_on > awaited.from_day
            and changes.changed_on <= awaited.to_day
    where changes.changed_on is not null
)

select
    members.member_key,
    members.child_ref,
    members.member_date,
    {{ member_attributes('members.member_date') }},
    members.meeting_type,
    members.asked_by,
    case when not members.is_cancelled then true end as meetings_moved,
    case when members.is_cancelled then true end as meetings_cancelled,
    members.is_moved_past_due_date as meetings_moved_past_due_date
from members
{{ member_joins('members.member_date') }}
