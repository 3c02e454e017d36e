-- social workers' visits to children in care, each with its period of care and where the child lived that day
with visits as (
    select
        'ssd' as source,
        visits._record_key as visit_id,
        visits.clav_person_id as child_ref,
        visits.clav_cla_id as source_period_id,
        visits.clav_cla_visit_date as visit_date,
        visits.clav_cla_visit_seen as seen,
        visits.clav_cla_visit_seen_alone as seen_alone
    from {{ ref('stg_ssd__cla_visits') }} as visits
    where visits.clav_person_id is not null and visits.clav_cla_visit_date is not null
    union all
    -- Ofsted's workbook tells of the last visit, and not whether the child was seen
    select
        'annex_a',
        children.child_unique_id || '|' || children.last_visit_date,
        children.child_unique_id,
        null::text,
        children.last_visit_date,
        null::text,
        null::text
    from {{ ref('stg_annex_a__children_in_care') }} as children
    inner join {{ ref('int_run__speaking') }} as speaking
        on speaking.concept = 'care' and speaking.source = 'annex_a'
    where children.child_unique_id is not null and children.last_visit_date is not null
    group by children.child_unique_id, children.last_visit_date
),

dated as (
    -- a visit that names no period belongs to the one of its day
    select distinct on (visits.visit_id)
        visits.visit_id,
        periods.care_period_id
    from visits
    inner join {{ ref('int_care__whole_periods') }} as periods
        on
            visits.child_ref = periods.child_ref
            and visits.source_period_id is null
            and visits.visit_date >= periods.started_on
            and (periods.known_until is null or visits.visit_date <= periods.known_until)
    order by visits.visit_id, periods.started_on desc, periods.care_period_id
),

placed as (
    select
        visits.source,
        visits.visit_id,
        visits.child_ref,
        visits.visit_date,
        visits.seen,
        visits.seen_alone,
        coalesce(named.care_period_id, dated.care_period_id) as care_period_id
    from visits
    left join {{ ref('int_care__whole_periods') }} as named
        on visits.source_period_id = named.source_period_id and visits.child_ref = named.child_ref
    left join dated on visits.visit_id = dated.visit_id
)

select distinct on (placed.visit_id)
    placed.source,
    'care|' || placed.visit_id as visit_key,
    placed.child_ref,
    placed.care_period_id,
    spells.placement_id,
    placed.visit_date,
    placed.seen,
    placed.seen_alone
from placed
left join {{ ref('int_care__placement_spells') }} as spells
    on
        placed.care_period_id = spells.care_period_id
        and placed.visit_date >= spells.from_day
        and (spells.ended_on is null or placed.visit_date < spells.ended_on)
order by placed.visit_id, spells.from_day desc nulls last, spells.placement_id
