-- children in full care, at month ends and on the night: short breaks have no plan that is judged
{%- set breakdowns = {
    'team': 'team_id',
    'service manager': 'service_manager_id',
    'plan option': 'plan_option',
    'age band': 'age_band',
} %}
{%- set grouped = breakdowns.values() | map('replace', '', 'stood.', 1) | join(', ') %}
with stood as (
    select
        position.position_date,
        position.is_month_end,
        coalesce(position.team_id, 'not recorded') as team_id,
        coalesce(position.service_manager_id, 'not recorded') as service_manager_id,
        coalesce(position.plan_option, 'no current plan') as plan_option,
        position.age_band,
        position.current_plan_status,
        position.rag,
        position.days_in_care,
        case
            when position.current_plan_status = 'first plan overdue'
                then position.position_date - position.second_review_date
            when position.current_plan_status like 'no current plan%'
                then position.position_date - position.without_plan_since
        end as days_without_plan
    from {{ ref('fct_child_position') }} as position
    where position.care_basis = 'full' and position.current_plan_status <> 'not carried by this source'
),

counted as (
    select
        stood.position_date,
        stood.is_month_end,
        case
            {% for breakdown, column in breakdowns.items() -%}
                when grouping(stood.{{ column }}) = 0 then '{{ breakdown }}'
            {% endfor -%}
            else 'service'
        end as breakdown,
        coalesce({{ grouped }}, 'all') as breakdown_value,
        count(*) as children,
        count(*) filter (where stood.current_plan_status = 'achieved, child living in it') as achieved,
        count(*) filter (where stood.current_plan_status = 'agreed and on track') as on_track,
        count(*) filter (where stood.current_plan_status = 'agreed, milestone overdue') as milestone_overdue,
        count(*) filter (where stood.current_plan_status = 'first plan not yet due') as first_plan_not_yet_due,
        count(*) filter (where stood.current_plan_status = 'first plan due within 28 days') as first_plan_due_soon,
        count(*) filter (where stood.current_plan_status = 'first plan overdue') as first_plan_overdue,
        count(*) filter (where stood.current_plan_status like 'no current plan%') as plan_lost,
        count(stood.days_without_plan) as without_plan,
        percentile_cont(0.5) within group (order by stood.days_without_plan) as median_days_without_plan,
        count(*) filter (where stood.rag = 'RED') as red,
        count(*) filter (where stood.rag = 'AMBER') as amber,
        count(*) filter (where stood.rag = 'GREEN') as green
    from stood
    group by
        stood.position_date, stood.is_month_end,
        grouping sets ((), ({{ breakdowns.values() | map('replace', '', 'stood.', 1) | join('), (') }}))
)

select
    counted.position_date,
    counted.is_month_end,
    counted.breakdown,
    counted.breakdown_value,
    coalesce(teams.team_name, managers.professional_name, options.label, counted.breakdown_value) as breakdown_label,
    counted.children::integer as children,
    counted.achieved::integer as achieved,
    counted.on_track::integer as on_track,
    counted.milestone_overdue::integer as milestone_overdue,
    counted.first_plan_not_yet_due::integer as first_plan_not_yet_due,
    counted.first_plan_due_soon::integer as first_plan_due_soon,
    counted.first_plan_overdue::integer as first_plan_overdue,
    counted.plan_lost::integer as plan_lost,
    counted.without_plan::integer as without_plan,
    (100.0 * counted.without_plan / counted.children)::numeric(5, 1) as without_plan_percent,
    counted.median_days_without_plan::numeric(8, 1) as median_days_without_plan,
    counted.red::integer as red,
    counted.amber::integer as amber,
    counted.green::integer as green
from counted
left join {{ ref('dim_team') }} as teams on counted.breakdown = 'team' and counted.breakdown_value = teams.team_id
left join {{ ref('dim_professional') }} as managers
    on counted.breakdown = 'service manager' and counted.breakdown_value = managers.professional_id
left join {{ ref('dim_permanence_option') }} as options
    on counted.breakdown = 'plan option' and counted.breakdown_value = options.plan_option
