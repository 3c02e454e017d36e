-- each measure, by period and breakdown: of how many, and how many of them; what is counted, figure_populations says
with counted as (
    {% for model in figure_populations() %}
        {{ counted(model) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

found as (
    select
        wanted.measure_id,
        wanted.period_id,
        counted.breakdown,
        counted.breakdown_value,
        wanted.unit,
        wanted.decimals,
        wanted.has_denominator,
        wanted.children_of_the_area,
        counted.numerator,
        counted.denominator
    from {{ ref('int_figures__known_periods') }} as wanted
    inner join counted on wanted.measure_id = counted.measure_id and wanted.period_id = counted.period_id
    -- how many children of the area a team answers for, nobody knows
    where wanted.unit <> 'rate per 10000' or counted.breakdown = 'total'
    union all
    -- none, where what happened can be known and nothing did; a share of none is no figure
    select
        wanted.measure_id,
        wanted.period_id,
        'total',
        'all',
        wanted.unit,
        wanted.decimals,
        wanted.has_denominator,
        wanted.children_of_the_area,
        0,
        0
    from {{ ref('int_figures__known_periods') }} as wanted
    left join counted
        on
            wanted.measure_id = counted.measure_id
            and wanted.period_id = counted.period_id
            and counted.breakdown = 'total'
    where counted.measure_id is null and wanted.unit not in ('percent', 'days')
),

divided as (
    select
        found.measure_id,
        found.period_id,
        found.breakdown,
        found.breakdown_value,
        found.unit,
        found.decimals,
        found.numerator,
        case
            when found.unit = 'rate per 10000' then found.children_of_the_area
            when found.has_denominator then found.denominator
        end as denominator
    from found
),

valued as (
    select
        divided.*,
        case divided.unit
            when 'percent' then 100 * divided.numerator / divided.denominator
            when 'days' then divided.numerator / divided.denominator
            when 'rate per 10000' then 10000 * divided.numerator / divided.denominator
            else divided.numerator
        end as value
    from divided
)

select
    valued.measure_id,
    valued.period_id,
    valued.breakdown,
    valued.breakdown_value,
    valued.numerator,
    valued.denominator,
    valued.value,
    round(valued.value, valued.decimals) as value_as_published
from valued
