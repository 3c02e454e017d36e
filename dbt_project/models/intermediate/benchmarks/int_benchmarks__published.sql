-- what is published of every area, one figure a row: a number, or the symbol in its place
{%- set tables = {
    'looked_after': [
        ('looked_after', 'children_count', "population_type = 'LOOKED_AFTER'"),
        ('looked_after_rate', 'rate_per_10000', "population_type = 'LOOKED_AFTER'"),
        ('looked_after_starting', 'children_count', "population_type = 'STARTING'"),
        ('looked_after_starting_rate', 'rate_per_10000', "population_type = 'STARTING'"),
        ('looked_after_ceasing', 'children_count', "population_type = 'CEASING'"),
        ('looked_after_ceasing_rate', 'rate_per_10000', "population_type = 'CEASING'"),
    ],
    'placement_stability': [
        ('three_placements_in_year', 'children_percent', "placement_stability = 'THREE_IN_YEAR'"),
        ('three_placements_in_two_years', 'children_percent', "placement_stability = 'THREE_IN_TWO_YEARS'"),
        ('same_carer_two_years', 'children_percent', "placement_stability = 'SAME_CARER_TWO_YEARS'"),
    ],
    'repeat_plans': [
        ('plans_started', 'cpp_start', ''),
        ('plans_started_again', 'cpp_subsequent_percent', ''),
    ],
    'plan_lengths': [
        ('plans', 'cpp_at31', ''),
        ('plans_three_months_or_less', 'three_months_or_less_percent', ''),
        ('plans_three_to_six_months', 'three_to_six_months_percent', ''),
        ('plans_six_months_to_a_year', 'six_months_to_a_year_percent', ''),
        ('plans_one_to_two_years', 'one_to_two_years_percent', ''),
        ('plans_two_years_or_more', 'two_years_or_more_percent', ''),
    ],
    'population': [
        ('children_aged_0_to_17', 'population_estimate', "age_group = 'AGED_0_TO_17'"),
    ],
} %}
with figures as (
    {% for table, figures in tables.items() %}
        {%- set is_last_table = loop.last %}
        {%- for benchmark_id, column, condition in figures %}
            select
                '{{ benchmark_id }}' as benchmark_id,
                areas.time_period as year,
                areas.geographic_level,
                case areas.geographic_level
                    when 'NATIONAL' then 'England'
                    when 'REGIONAL' then areas.region_code
                    -- a council's number stays when its boundary, and so its code, changes
                    when 'LOCAL_AUTHORITY' then areas.old_la_code
                end as area_code,
                areas.region_code,
                areas.new_la_code as la_code,
                areas.{{ column }} as figure
            from {{ ref('stg_benchmarks__' ~ table) }} as areas
            {%- if condition %}
                where areas.{{ condition }}
            {%- endif %}
            {% if not (loop.last and is_last_table) %}
                union all
            {% endif %}
        {%- endfor %}
    {%- endfor %}
)

select
    figures.benchmark_id,
    figures.year,
    figures.geographic_level,
    figures.area_code,
    figures.region_code,
    figures.la_code,
    safe.as_numeric(figures.figure) as value,
    case when safe.as_numeric(figures.figure) is null then figures.figure end as symbol
from figures
where figures.year is not null and figures.area_code is not null and figures.figure is not null
