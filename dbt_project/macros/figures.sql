{# What the members of a population are broken down by, on a day: who answered for the child, and the child. The
   relation `members` has child_ref and, where somebody answers for the member by name (a chair), iro_id. #}
{% macro member_attributes(day, iro='answering.iro_id') -%}
answering.team_id,
managers.professional_id as service_manager_id,
{{ iro }} as iro_id,
case
    when {{ unborn_on(day, 'children.date_of_birth', 'children.expected_date_of_birth') }} then 'unborn'
    else {{ age_band(age_on(day, 'children.date_of_birth')) }}
end as age_band,
children.sex,
ethnicity_group.ethnicity_group
{%- endmacro %}

{# The joins that member_attributes stands on. #}
{% macro member_joins(day) -%}
left join {{ ref('int_people__children') }} as children on members.child_ref = children.child_ref
left join {{ ref('ethnicity_group') }} as ethnicity_group on children.ethnicity = ethnicity_group.code
left join {{ ref('int_people__allocation_spells') }} as answering
    on
        members.child_ref = answering.child_ref
        and {{ day }} >= answering.from_day
        and {{ day }} < answering.to_day
left join {{ ref('int_people__service_managers') }} as managers
    on
        answering.team_id = managers.team_id
        and {{ day }} >= managers.from_day
        and {{ day }} < managers.to_day
{%- endmacro %}

{# The members of a population counted once through: each measure of it, by period and by each breakdown. A
   measure is a column: true counts, false is one of those it is counted among, empty is neither. Every period is broken
   down by who answers; by what a member is, only those that are reported. #}
{% macro counted(model) -%}
{%- set population = figure_populations()[model] -%}
{%- set sums = population.get('sums', []) -%}
{%- set measures = population.get('measures', []) + sums -%}
{%- set always = ['team', 'service manager', 'IRO'] -%}
select
    grouped.period_id,
    grouped.breakdown,
    grouped.breakdown_value,
    measured.measure_id,
    measured.numerator::numeric as numerator,
    measured.denominator::numeric as denominator
from (
    select
        members.period_id,
        case
            {%- for breakdown, column in population.breakdowns.items() %}
            when grouping(members.{{ column }}) = 0 then '{{ breakdown }}'
            {%- endfor %}
            else 'total'
        end as breakdown,
        case
            {%- for column in population.breakdowns.values() %}
            when grouping(members.{{ column }}) = 0 then members.{{ column }}
            {%- endfor %}
            else 'all'
        end as breakdown_value
        {%- for measure in measures %},
        {% if measure in sums -%}
        sum(members.{{ measure }}) as {{ measure }}_numerator,
        {%- else -%}
        count(*) filter (where members.{{ measure }}) as {{ measure }}_numerator,
        {%- endif %}
        count(members.{{ measure }}) as {{ measure }}_denominator
        {%- endfor %}
    from (
        select
            periods.period_id
            {%- for breakdown, column in population.breakdowns.items() %},
            {% if breakdown in always -%}
            coalesce(members.{{ column }}, 'not recorded') as {{ column }}
            {%- else -%}
            case when periods.is_reported then coalesce(members.{{ column }}, 'not recorded') end as {{ column }}
            {%- endif %}
            {%- endfor %}
            {%- for measure in measures %},
            members.{{ measure }}
            {%- endfor %}
        from {{ ref(model) }} as members
        {%- if population.get('by_period') %}
        inner join {{ ref('int_figures__periods') }} as periods on members.period_id = periods.period_id
        {%- else %}
        inner join {{ ref('int_figures__period_days') }} as periods
            on
                members.member_date = periods.day
                and periods.is_as_at = {{ population.get('is_as_at', false) }}
        {%- endif %}
    ) as members
    group by grouping sets (
        (members.period_id)
        {%- for column in population.breakdowns.values() %},
        (members.period_id, members.{{ column }})
        {%- endfor %}
    )
) as grouped
cross join lateral (
    values
    {%- for measure in measures %}
    ('{{ measure }}'::text, grouped.{{ measure }}_numerator, grouped.{{ measure }}_denominator)
    {{- ',' if not loop.last }}
    {%- endfor %}
) as measured (measure_id, numerator, denominator)
where measured.denominator > 0 and grouped.breakdown_value is not null
{%- endmacro %}
