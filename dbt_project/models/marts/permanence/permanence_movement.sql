with listed_now as (
    select
        days.span,
        worklist.child_ref,
        worklist.reason,
        worklist.since_date,
        worklist.days,
        worklist.iro_id,
        worklist.team_id
    from {{ ref('int_run__earlier_days') }} as days
    cross join {{ ref('worklist') }} as worklist
    where days.is_published
),

children_now as (
    select
        'CARE' as concerns,
        tracker.child_ref
    from {{ ref('permanence_tracker') }} as tracker
    union all
    select
        'PLAN',
        tracker.child_ref
    from {{ ref('cp_tracker') }} as tracker
),

compared as (
    select
        coalesce(listed_now.span, listed_then.span) as span,
        coalesce(listed_now.child_ref, listed_then.child_ref) as child_ref,
        coalesce(listed_now.reason, listed_then.reason) as reason,
        case
            when listed_then.reason is null then 'new'
            when listed_now.reason is null then 'cleared'
            else 'stuck'
        end as movement,
        coalesce(listed_now.since_date, listed_then.since_date) as since_date,
        coalesce(listed_now.days, listed_then.from_date - listed_then.since_date) as days,
        listed_now.iro_id,
        listed_now.team_id
    from listed_now
    full join {{ ref('int_run__published_reasons') }} as listed_then
        on
            listed_now.span = listed_then.span
            and listed_now.child_ref = listed_then.child_ref
            and listed_now.reason = listed_then.reason
),

described as (
    select
        compared.*,
        coalesce(reason_to_act.concerns, 'CARE') as concerns,
        reason_to_act.about,
        reason_to_act.words,
        reason_to_act.rag,
        reason_to_act.cleared_by,
        coalesce(reason_to_act.is_active, false) as is_active
    from compared
    left join {{ ref('reason_to_act') }} as reason_to_act on compared.reason = reason_to_act.reason
),

-- a reason that goes where another about the same comes gave way to it
changed as (
    select distinct on (gone.span, gone.child_ref, gone.reason, come.reason)
        gone.span,
        gone.child_ref,
        gone.reason as gone_reason,
        gone.words as gone_words,
        come.reason as come_reason,
        come.words as come_words
    from described as gone
    inner join described as come
        on gone.span = come.span and gone.child_ref = come.child_ref and gone.about = come.about
    where gone.movement = 'cleared' and come.movement = 'new'
),

gave_way as (
    select
        changed.span,
        changed.child_ref,
        changed.gone_reason,
        string_agg(changed.come_words, '; ' order by changed.come_words) as words
    from changed
    group by changed.span, changed.child_ref, changed.gone_reason
),

took_place as (
    select
        changed.span,
        changed.child_ref,
        changed.come_reason,
        string_agg(changed.gone_words, '; ' order by changed.gone_words) as words
    from changed
    group by changed.span, changed.child_ref, changed.come_reason
)

select
    described.span,
    days.from_date,
    described.child_ref,
    described.reason,
    described.concerns,
    described.words,
    described.rag,
    described.movement,
    case
        when described.movement = 'stuck' then null
        when described.movement = 'new' and children_then.child_ref is null and described.concerns = 'CARE'
            then 'Not in care then, as known then'
        when described.movement = 'new' and children_then.child_ref is null then 'Not on a plan then, as known then'
        when described.movement = 'new' then 'In the place of: ' || took_place.words
        when children_now.child_ref is null and described.concerns = 'CARE' then 'No longer in care'
        when children_now.child_ref is null then 'No longer on a plan'
        when gave_way.words is not null then 'Gave way to: ' || gave_way.words
        when not described.is_active then 'The service no longer asks for it'
        else described.cleared_by
    end as how,
    described.since_date,
    described.days,
    coalesce(described.iro_id, children_then.iro_id) as iro_id,
    iro.professional_name as iro_name,
    coalesce(described.team_id, children_then.team_id) as team_id,
    team.team_name
from described
inner join {{ ref('int_run__earlier_days') }} as days on described.span = days.span
left join {{ ref('int_run__published_children') }} as children_then
    on
        described.span = children_then.span
        and described.concerns = children_then.concerns
        and described.child_ref = children_then.child_ref
left join children_now
    on described.concerns = children_now.concerns and described.child_ref = children_now.child_ref
left join gave_way
    on
        described.span = gave_way.span
        and described.child_ref = gave_way.child_ref
        and described.reason = gave_way.gone_reason
left join took_place
    on
        described.span = took_place.span
        and described.child_ref = took_place.child_ref
        and described.reason = took_place.come_reason
left join {{ ref('dim_professional') }} as iro
    on coalesce(described.iro_id, children_then.iro_id) = iro.professional_id
left join {{ ref('dim_team') }} as team on coalesce(described.team_id, children_then.team_id) = team.team_id
