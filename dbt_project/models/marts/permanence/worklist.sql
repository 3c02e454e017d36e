-- who is to act on what, as the night stands: reasons that colour the tracker, and those that only stand here
with unit_manager as (
    select managers.professional_id
    from {{ ref('int_people__team_managers') }} as managers
    where
        managers.manager_role = 'CSSU_SERVICE_MANAGER'
        and managers.from_day <= {{ as_at() }}
        and (managers.ended_on is null or managers.ended_on > {{ as_at() }})
    order by managers.from_day desc, managers.professional_id
    limit 1
),

standing as (
    select
        reasons.child_ref,
        reasons.reason,
        reasons.since_date,
        reasons.due_date,
        reasons.detail_ref,
        reasons.in_hand_until,
        position.iro_id,
        position.social_worker_id,
        position.team_id,
        position.team_manager_id,
        position.service_manager_id
    from {{ ref('int_positions__care_reasons') }} as reasons
    inner join {{ ref('fct_child_position') }} as position
        on reasons.child_ref = position.child_ref and reasons.position_date = position.position_date
    where reasons.position_date = {{ as_at() }}
    union all
    select
        reasons.child_ref,
        reasons.reason,
        reasons.since_date,
        reasons.due_date,
        reasons.detail_ref,
        null::date,
        position.iro_id,
        position.social_worker_id,
        position.team_id,
        position.team_manager_id,
        position.service_manager_id
    from {{ ref('int_positions__protection_reasons') }} as reasons
    inner join {{ ref('fct_cp_position') }} as position
        on reasons.child_ref = position.child_ref and reasons.position_date = position.position_date
    where reasons.position_date = {{ as_at() }}
),

listed as (
    select
        standing.*,
        reason_to_act.concerns,
        reason_to_act.words,
        reason_to_act.rag,
        reason_to_act.owner_role,
        reason_to_act.cleared_by,
        {{ as_at() }} - standing.since_date as days,
        {{ as_at() }} - standing.due_date as days_past_due
    from standing
    inner join {{ ref('reason_to_act') }} as reason_to_act on standing.reason = reason_to_act.reason
),

owned as (
    select
        listed.*,
        case listed.owner_role
            when 'IRO' then listed.iro_id
            when 'SOCIAL_WORKER' then listed.social_worker_id
            when 'TEAM_MANAGER' then listed.team_manager_id
            when 'SERVICE_MANAGER' then listed.service_manager_id
            when 'CSSU_SERVICE_MANAGER' then unit_manager.professional_id
        end as owner_id
    from listed
    left join unit_manager on true
)

select
    owned.child_ref,
    owned.reason,
    owned.concerns,
    owned.words,
    owned.rag,
    owned.since_date,
    owned.days,
    owned.due_date,
    greatest(owned.days_past_due, 0) as days_overdue,
    owned.in_hand_until,
    coalesce(owned.in_hand_until >= {{ as_at() }}, false) as is_in_hand,
    owned.owner_role,
    owned.owner_id,
    owner.professional_name as owner_name,
    owned.iro_id,
    iro.professional_name as iro_name,
    owned.team_id,
    team.team_name,
    owned.detail_ref,
    owned.cleared_by
from owned
left join {{ ref('dim_professional') }} as owner on owned.owner_id = owner.professional_id
left join {{ ref('dim_professional') }} as iro on owned.iro_id = iro.professional_id
left join {{ ref('dim_team') }} as team on owned.team_id = team.team_id
