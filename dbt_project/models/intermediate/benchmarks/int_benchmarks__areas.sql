-- what the council stands beside: itself as published, its region, England, and the ten councils most like it
with council as (
    -- the newest year says which region it is in, and the number that the Department knows it by
    select distinct on (published.la_code)
        published.area_code,
        published.region_code
    from {{ ref('int_benchmarks__published') }} as published
    where published.la_code = '{{ var("council_code") }}'
    order by published.la_code, published.year desc, published.area_code
)

select
    'council' as area,
    'LOCAL_AUTHORITY' as geographic_level,
    council.area_code
from council
union all
select
    'region',
    'REGIONAL',
    council.region_code
from council
where council.region_code is not null
union all
select
    'England',
    'NATIONAL',
    'England'
from council
{% for place in range(1, 11) %}
    union all
    select
        'statistical neighbours',
        'LOCAL_AUTHORITY',
        model.sn_{{ place }}
    from council
    inner join {{ ref('stg_benchmarks__statistical_neighbours') }} as model
        on council.area_code = model.old_la_code
    where model.sn_{{ place }} is not null
{% endfor %}
