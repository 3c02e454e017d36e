-- since when what the case system's extract shows for some years only can be known: so many years before the first one
select
    windows.table_name,
    (min(batches.batch_date) - make_interval(years => windows.years))::date as from_day
from {{ ref('int_run__batches') }} as batches
cross join (
    values
    {%- for table_name, years in windows_of('ssd') %}
        ('{{ table_name }}', {{ years }}){{ ',' if not loop.last }}
    {%- else %}
        (null::text, 0)
    {%- endfor %}
) as windows (table_name, years)
where batches.source = 'ssd'
group by windows.table_name, windows.years
