-- what reviews decided and is not done on each position day
with actions as (
    select
        actions.action_id,
        actions.child_ref,
        actions.care_period_id,
        actions.due_date,
        -- decided at its review; where that is known nowhere, when it fell due
        coalesce(held.held_date, actions.review_held_date, actions.due_date) as from_day,
        actions.done_date
    from {{ ref('int_oversight__review_actions') }} as actions
    left join {{ ref('int_reviews__held') }} as held
        on 'ssd|' || actions.review_id = held.review_key and actions.child_ref = held.child_ref
    where actions.done_date is not null or actions.status is null or actions.status = 'OPEN'
)

select
    children.child_ref,
    children.position_date,
    count(*)::integer as open_review_actions,
    count(*) filter (where actions.due_date < children.position_date)::integer as overdue_review_actions,
    min(actions.due_date) filter (where actions.due_date < children.position_date) as overdue_since,
    (
        array_agg(actions.action_id order by actions.due_date, actions.action_id)
        filter (where actions.due_date < children.position_date)
    )[1] as longest_overdue_action_id
from {{ ref('int_positions__children') }} as children
inner join actions
    on
        children.care_period_id = actions.care_period_id
        and children.child_ref = actions.child_ref
        and children.position_date >= actions.from_day
        and (actions.done_date is null or children.position_date < actions.done_date)
group by children.child_ref, children.position_date
