-- decisions on plan options. The register speaks for plans (seed speaks_for). A council that keeps none has what the
-- case system's care plan says: the options, and since when; not who agreed them, or when
with registered as (
    select
        decisions._record_key as decision_id,
        decisions.person_id as child_ref,
        periods.care_period_id,
        decisions.plan_option,
        coalesce(decisions.plan_role, 'PRIMARY') as plan_role,
        decisions.proposed_date,
        decisions.agreed_date,
        decisions.agreed_at_review_id,
        decisions.agreed_by,
        decisions.target_date,
        decisions.achieved_date,
        decisions.ended_date,
        decisions.end_reason,
        decisions.obstacle
    from {{ ref('stg_cssu__permanence_plan_decisions') }} as decisions
    inner join {{ ref('int_plans__care_periods') }} as periods
        on 'decision|' || decisions._record_key = periods.record_key
),

care_plans as (
    select
        plans._record_key as care_plan_id,
        plans.lacp_person_id as child_ref,
        plans.lacp_cla_care_plan_start_date as from_day,
        plans.lacp_cla_care_plan_end_date as ended_on,
        case
            when pg_input_is_valid(plans.lacp_cla_care_plan_json, 'jsonb') then plans.lacp_cla_care_plan_json::jsonb
        end as answers
    from {{ ref('stg_ssd__cla_care_plan') }} as plans
    where
        plans.lacp_person_id is not null
        and plans.lacp_cla_care_plan_start_date is not null
        and not exists (select from {{ ref('stg_cssu__permanence_plan_decisions') }})
),

ticked as (
    select
        care_plans.care_plan_id,
        care_plans.child_ref,
        care_plans.from_day,
        care_plans.ended_on,
        options.plan_option,
        count(*) over (partition by care_plans.care_plan_id) as options_ticked
    from care_plans
    cross join
        lateral jsonb_each_text(
            case when jsonb_typeof(care_plans.answers) = 'object' then care_plans.answers end
        ) as said (ssd_key, answer)
    inner join {{ ref('permanence_option') }} as options on upper(trim(said.ssd_key)) = options.ssd_key
    where safe.as_code_yes_no(said.answer) = 'Y'
),

case_system as (
    -- a care plan names no period of care: the one it was made in. Of two at a time, the later one
    select distinct on (ticked.care_plan_id, ticked.plan_option)
        'ssd|' || ticked.care_plan_id || '|' || ticked.plan_option as decision_id,
        ticked.child_ref,
        ticked.plan_option,
        -- of several options it does not say which comes first
        case when ticked.options_ticked = 1 then 'PRIMARY' end as plan_role,
        ticked.from_day,
        ticked.ended_on,
        periods.care_period_id
    from ticked
    left join {{ ref('int_care__periods') }} as periods
        on
            ticked.child_ref = periods.child_ref
            and periods.source = 'ssd'
            and ticked.from_day >= periods.started_on
            and (periods.ended_on is null or ticked.from_day < periods.ended_on)
    order by ticked.care_plan_id, ticked.plan_option, periods.started_on desc, periods.care_period_id
),

annexed as (
    -- Ofsted's workbook has the plan there is, in its own categories: of several options in one, the seed says which
    -- it stands for. Not since when: the day of the latest review, where plans are agreed, is the nearest to it
    select
        'annex_a|' || periods.care_period_id as decision_id,
        children.child_unique_id as child_ref,
        options.plan_option,
        coalesce(children.latest_review_date, children.care_start_date) as proposed_date,
        periods.care_period_id
    from {{ ref('stg_annex_a__children_in_care') }} as children
    inner join {{ ref('int_care__periods') }} as periods
        on
            children.child_unique_id = periods.child_ref
            and periods.source = 'annex_a'
            and children.care_start_date = periods.started_on
    inner join {{ ref('permanence_option') }} as options
        on children.permanence_plan = options.annex_a_category and options.stands_for_category
    where
        not exists (select from {{ ref('stg_cssu__permanence_plan_decisions') }})
        and not exists (select from case_system)
),

every_source as (
    select
        'cssu' as source,
        registered.decision_id,
        registered.child_ref,
        registered.care_period_id,
        registered.plan_option,
        registered.plan_role,
        registered.proposed_date,
        registered.agreed_date,
        registered.agreed_at_review_id,
        registered.agreed_by,
        registered.target_date,
        registered.achieved_date,
        registered.ended_date,
        registered.end_reason,
        registered.obstacle
    from registered
    union all
    select
        'ssd',
        case_system.decision_id,
        case_system.child_ref,
        case_system.care_period_id,
        case_system.plan_option,
        case_system.plan_role,
        case_system.from_day,
        null::date,
        null::text,
        null::text,
        null::date,
        null::date,
        case_system.ended_on,
        null::text,
        null::text
    from case_system
    union all
    select
        'annex_a',
        annexed.decision_id,
        annexed.child_ref,
        annexed.care_period_id,
        annexed.plan_option,
        'PRIMARY',
        annexed.proposed_date,
        null::date,
        null::text,
        null::text,
        null::date,
        null::date,
        null::date,
        null::text,
        null::text
    from annexed
),

numbered as (
    select
        every_source.*,
        row_number() over decided as decision_number,
        count(*) over same_option_before as earlier_decisions_on_option,
        coalesce(bool_or(every_source.end_reason = 'BROKE_DOWN') over same_option_before, false)
            as is_decided_again_after_breakdown
    from every_source
    window
        decided as (
            partition by every_source.child_ref, every_source.care_period_id
            order by coalesce(every_source.agreed_date, every_source.proposed_date), every_source.decision_id
        ),
        same_option_before as (
            partition by every_source.child_ref, every_source.care_period_id, every_source.plan_option
            order by coalesce(every_source.agreed_date, every_source.proposed_date), every_source.decision_id
            rows between unbounded preceding and 1 preceding
        )
),

superseding as (
    -- what took the place of a plan that was superseded: the next primary plan agreed in the same period of care
    select distinct on (superseded.decision_id)
        superseded.decision_id,
        later.decision_id as superseded_by_decision_id
    from every_source as superseded
    inner join every_source as later
        on
            superseded.child_ref = later.child_ref
            and superseded.care_period_id = later.care_period_id
            and later.plan_role = 'PRIMARY'
            and coalesce(superseded.agreed_date < later.agreed_date, superseded.proposed_date <= later.agreed_date)
    where superseded.end_reason = 'SUPERSEDED'
    order by superseded.decision_id, later.agreed_date, later.decision_id
),

left_care as (
    select
        periods.care_period_id,
        periods.child_ref,
        periods.started_on,
        -- a further episode that never came is no reason for leaving
        nullif(periods.end_reason, 'X1') as end_reason
    from {{ ref('int_care__periods') }} as periods
),

carrying_out as (
    select
        outcomes.plan_option,
        array_agg(outcomes.code) as codes
    from {{ ref('permanence_outcome') }} as outcomes
    where outcomes.code_list = 'episode_end_reason'
    group by outcomes.plan_option
)

select
    numbered.decision_id,
    numbered.source,
    numbered.child_ref,
    numbered.care_period_id,
    numbered.plan_option,
    numbered.plan_role,
    numbered.decision_number::integer as decision_number,
    numbered.earlier_decisions_on_option::integer as earlier_decisions_on_option,
    numbered.is_decided_again_after_breakdown,
    numbered.proposed_date,
    numbered.agreed_date,
    numbered.agreed_at_review_id,
    numbered.agreed_by,
    numbered.target_date,
    numbered.achieved_date,
    numbered.ended_date,
    numbered.end_reason,
    superseding.superseded_by_decision_id,
    numbered.obstacle,
    left_care.started_on as care_started_on,
    numbered.agreed_date - left_care.started_on as days_to_agree,
    left_care.end_reason as outcome_code,
    left_care.end_reason = any(carrying_out.codes) as outcome_matches_plan
from numbered
left join superseding on numbered.decision_id = superseding.decision_id
left join left_care
    on numbered.care_period_id = left_care.care_period_id and numbered.child_ref = left_care.child_ref
left join carrying_out on numbered.plan_option = carrying_out.plan_option
