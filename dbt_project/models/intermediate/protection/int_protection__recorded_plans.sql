-- child protection plans as the sources have them, each once: by the source that speaks for the day it ended on. So the
-- census tells of those that ended in its years, and one that went on is told whole by the source of all days
with said as (
    select
        'ssd' as source,
        plans._record_key as cp_plan_id,
        plans.cppl_person_id as child_ref,
        plans.cppl_icpc_id as initial_conference_id,
        plans.cppl_cp_plan_start_date as started_on,
        plans.cppl_cp_plan_end_date as ended_on,
        plans.cppl_cp_plan_initial_category as initial_category,
        plans.cppl_cp_plan_latest_category as latest_category,
        plans.cppl_cp_plan_ola as other_authority
    from {{ ref('stg_ssd__cp_plans') }} as plans
    where plans.cppl_person_id is not null and plans.cppl_cp_plan_start_date is not null
    union all
    select
        'cin_census',
        'cin_census|' || plans.la_child_id || '|' || plans.cpp_start_date,
        plans.la_child_id,
        null::text,
        plans.cpp_start_date,
        plans.cpp_end_date,
        plans.initial_category_of_abuse,
        plans.latest_category_of_abuse,
        null::text
    from {{ ref('stg_cin_census__child_protection_plans') }} as plans
    where plans.la_child_id is not null and plans.cpp_start_date is not null
    union all
    select
        'annex_a',
        'annex_a|' || plans.child_unique_id || '|' || plans.plan_start_date,
        plans.child_unique_id,
        null::text,
        plans.plan_start_date,
        plans.plan_end_date,
        plans.initial_category_of_abuse,
        plans.latest_category_of_abuse,
        null::text
    from {{ ref('stg_annex_a__child_protection_plans') }} as plans
    where plans.child_unique_id is not null and plans.plan_start_date is not null
)

select
    said.source,
    said.cp_plan_id,
    said.child_ref,
    said.initial_conference_id,
    said.started_on,
    said.ended_on,
    said.initial_category,
    said.latest_category,
    said.other_authority
from said
inner join {{ ref('int_run__speaking') }} as speaking
    on said.source = speaking.source and speaking.concept = 'protection'
where
    speaking.days @> coalesce(said.ended_on, date '2099-12-31')
    -- where there is no other, also of those that were open at its end
    or not exists (
        select from {{ ref('int_run__speaking') }} as others
        where others.concept = 'protection' and others.source <> said.source
    )
