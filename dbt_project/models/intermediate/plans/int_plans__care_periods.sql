-- the period of care that a record of the plans' register belongs to: by the id it names, else, where that period was
-- over before the extract began to speak, the returns' period of the day; else as the register says it
with records as (
    select
        'decision|' || decisions._record_key as record_key,
        decisions.person_id as child_ref,
        decisions.cla_id as source_period_id,
        coalesce(decisions.agreed_date, decisions.proposed_date) as day
    from {{ ref('stg_cssu__permanence_plan_decisions') }} as decisions
    where decisions.person_id is not null
    union all
    select
        'action|' || actions._record_key,
        actions.person_id,
        actions.cla_id,
        actions.discussed_date
    from {{ ref('stg_cssu__permanence_actions') }} as actions
    where actions.person_id is not null
),

extracted as (
    select periods.care_period_id
    from {{ ref('int_care__periods') }} as periods
    where periods.source = 'ssd'
),

returned as (
    -- of two at a time the later one; one that goes on in the extract has an id there, which the register would name
    select distinct on (records.record_key)
        records.record_key,
        periods.care_period_id
    from records
    inner join {{ ref('int_care__periods') }} as periods
        on
            records.child_ref = periods.child_ref
            and periods.source = 'ssda903'
            and records.day >= periods.started_on
            and (periods.known_until is null or records.day < periods.known_until)
    left join extracted on periods.whole_period_id = extracted.care_period_id
    where extracted.care_period_id is null
    order by records.record_key, periods.started_on desc, periods.care_period_id
)

select
    records.record_key,
    coalesce(named.care_period_id, returned.care_period_id, records.source_period_id) as care_period_id
from records
left join {{ ref('int_care__periods') }} as named
    on records.source_period_id = named.source_period_id and records.child_ref = named.child_ref
left join returned on records.record_key = returned.record_key
