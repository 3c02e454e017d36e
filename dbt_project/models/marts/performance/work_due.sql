-- what comes due in the weeks ahead, and what is overdue, by the IRO allocated now: a child's next review and next
-- review conference, and the reviews of foster carers, which no IRO holds before they are held
with ahead as (
    select
        {{ as_at() }} as as_at,
        {{ as_at() }} + 7 * {{ threshold('work_due_weeks') }} as until_day
),

work as (
    select
        'child in care review' as kind,
        position.child_ref,
        null::text as household_id,
        position.iro_id,
        position.team_id,
        position.next_review_due_date as due_date,
        position.next_review_planned_date as planned_date
    from {{ ref('fct_child_position') }} as position
    where position.position_date = {{ as_at() }}
    union all
    select
        'review conference',
        position.child_ref,
        null,
        position.iro_id,
        position.team_id,
        position.next_conference_due_date,
        null::date
    from {{ ref('fct_cp_position') }} as position
    where position.position_date = {{ as_at() }}
    union all
    select
        'foster carer review',
        null,
        reviews.household_id,
        null,
        null,
        reviews.due_date,
        null::date
    from {{ ref('int_fostering__reviews') }} as reviews
    where
        reviews.status in ('due', 'planned')
        and reviews.own_or_agency is distinct from 'AGENCY'
        and (reviews.household_ended_date is null or reviews.household_ended_date > {{ as_at() }})
)

select
    work.kind || '|' || coalesce(work.child_ref, work.household_id) as work_key,
    work.kind,
    work.child_ref,
    work.household_id,
    work.iro_id,
    iro.professional_name as iro_name,
    work.team_id,
    team.team_name,
    work.due_date,
    work.planned_date,
    date_trunc('week', work.due_date::timestamp)::date as week_begins_on,
    (date_trunc('week', work.due_date::timestamp)::date - date_trunc('week', ahead.as_at::timestamp)::date) / 7
        as weeks_ahead,
    work.due_date < ahead.as_at as is_overdue
from work
cross join ahead
left join {{ ref('dim_professional') }} as iro on work.iro_id = iro.professional_id
left join {{ ref('dim_team') }} as team on work.team_id = team.team_id
where work.due_date <= ahead.until_day
