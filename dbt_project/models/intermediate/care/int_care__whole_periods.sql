-- periods of care told whole: which of the child's it is, under what statuses, and what it began from and ended in
with told as (
    -- what another source tells whole is no period of its own: only a whole one is named by any. (Asked as `its own is
    -- named`, the planner expects one row and compares every pair)
    select periods.*
    from {{ ref('int_care__periods') }} as periods
    where exists (
        select from {{ ref('int_care__periods') }} as named
        where named.whole_period_id = periods.care_period_id
    )
),

extracted as (
    -- periods the extract shows that were over before it began to speak: not told, but they were
    select
        episodes.clae_person_id as child_ref,
        min(least(episodes.clae_cla_episode_start_date, episodes.clae_entered_care_date)) as started_on,
        max(episodes.clae_cla_episode_ceased_date) as ended_on
    from {{ ref('stg_ssd__cla_episodes') }} as episodes
    where episodes.clae_person_id is not null and episodes.clae_cla_episode_start_date is not null
    group by episodes.clae_person_id, episodes.clae_cla_id
    having bool_and(episodes.clae_cla_episode_ceased_date is not null)
),

every_period as (
    select
        told.care_period_id,
        told.child_ref,
        told.started_on,
        told.known_until
    from told
    union all
    select
        null::text,
        extracted.child_ref,
        extracted.started_on,
        extracted.ended_on
    from extracted
    where not exists (
        select from told
        where
            told.child_ref = extracted.child_ref
            and told.started_on < extracted.ended_on
            and (told.known_until is null or told.known_until > extracted.started_on)
    )
),

numbered as (
    select
        every_period.care_period_id,
        row_number() over periods as period_number,
        every_period.started_on - max(every_period.known_until) over (
            partition by every_period.child_ref
            order by every_period.started_on, every_period.known_until, every_period.care_period_id
            rows between unbounded preceding and 1 preceding
        ) as days_since_earlier
    from every_period
    window periods as (
        partition by every_period.child_ref
        order by every_period.started_on, every_period.known_until, every_period.care_period_id
    )
),

statuses as (
    select
        spells.care_period_id,
        (array_agg(spells.care_basis order by spells.from_day))[1] as care_basis,
        (array_agg(spells.care_basis order by spells.from_day desc))[1] as last_care_basis,
        (array_agg(spells.legal_status order by spells.from_day))[1] as earliest_legal_status,
        (array_agg(spells.legal_status order by spells.from_day desc))[1] as last_legal_status,
        min(spells.from_day) as from_day
    from {{ ref('int_care__legal_spells') }} as spells
    group by spells.care_period_id
),

unaccompanied as (
    -- a status is often recorded days after the child came: any day of the period counts
    select distinct told.care_period_id
    from told
    inner join {{ ref('stg_ssd__immigration_status') }} as immigration
        on
            told.child_ref = immigration.immi_person_id
            and immigration.immi_immigration_status = 'UASC'
            and (
                told.known_until is null
                or immigration.immi_immigration_status_start_date is null
                or told.known_until > immigration.immi_immigration_status_start_date
            )
            and (
                immigration.immi_immigration_status_end_date is null
                or told.started_on < immigration.immi_immigration_status_end_date
            )
    union
    -- a return tells of the children who were unaccompanied in its year, and until when
    select told.care_period_id
    from told
    inner join {{ ref('stg_ssda903__uasc') }} as uasc
        on
            told.child_ref = uasc.child
            and told.source = 'ssda903'
            and (uasc.duc is null or told.started_on < uasc.duc)
    union
    select told.care_period_id
    from told
    inner join {{ ref('stg_annex_a__children_in_care') }} as children
        on
            told.child_ref = children.child_unique_id
            and told.source = 'annex_a'
            and told.started_on = children.care_start_date
    where children.unaccompanied = 'Y'
),

carried as (
    select
        exists (select from {{ ref('stg_ssd__immigration_status') }})
        or exists (select from {{ ref('stg_ssda903__uasc') }})
        or exists (select from {{ ref('stg_annex_a__children_in_care') }}) as are_immigration_statuses
),

returned_from as (
    -- the last order made before the period began; an order without a date came before all of them
    select distinct on (told.care_period_id)
        told.care_period_id,
        previous.previous_permanence
    from told
    inner join {{ ref('int_people__previous_permanence') }} as previous
        on
            told.child_ref = previous.child_ref
            and (previous.ordered_from is null or told.started_on >= previous.ordered_from)
    order by told.care_period_id, previous.ordered_from desc nulls last, previous.previous_permanence_id desc
)

select
    told.care_period_id,
    told.child_ref,
    told.source,
    told.source_period_id,
    told.started_on,
    told.ended_on,
    told.known_until,
    case when told.ended_on is not null then told.end_reason end as end_reason,
    told.category_of_need,
    numbered.period_number::integer as period_number,
    -- two at a time are a mistake in the record, and no return to care
    case when numbered.period_number > 1 then greatest(numbered.days_since_earlier, 0) end as days_since_earlier,
    coalesce(statuses.care_basis, 'full') as care_basis,
    coalesce(statuses.last_care_basis, 'full') as last_care_basis,
    case when statuses.from_day <= told.started_on then statuses.earliest_legal_status end as first_legal_status,
    statuses.last_legal_status,
    case when carried.are_immigration_statuses then unaccompanied.care_period_id is not null end as is_unaccompanied,
    returned_from.previous_permanence
from told
cross join carried
inner join numbered on told.care_period_id = numbered.care_period_id
left join statuses on told.care_period_id = statuses.care_period_id
left join unaccompanied on told.care_period_id = unaccompanied.care_period_id
left join returned_from on told.care_period_id = returned_from.care_period_id
