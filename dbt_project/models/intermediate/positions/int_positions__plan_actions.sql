-- the last action on the drift of a child in care, or on a child without a plan, as it stands on each position day
with actions as (
    select distinct on (children.child_ref, children.position_date)
        children.child_ref,
        children.position_date,
        actions.action_id,
        actions.action_code,
        actions.discussed_date,
        actions.due_date,
        actions.due_date >= children.position_date
        and (actions.done_date is null or actions.done_date > children.position_date) as is_in_hand
    from {{ ref('int_positions__children') }} as children
    inner join {{ ref('int_plans__actions') }} as actions
        on
            children.child_ref = actions.child_ref
            and children.position_date >= actions.discussed_date
            and children.started_on <= actions.discussed_date
    order by
        children.child_ref, children.position_date, actions.discussed_date desc, actions.action_id desc
)

select
    actions.child_ref,
    actions.position_date,
    actions.action_id,
    actions.action_code,
    actions.discussed_date,
    actions.due_date,
    coalesce(actions.is_in_hand, false) as is_in_hand,
    case when actions.is_in_hand then actions.due_date end as in_hand_until
from actions
