-- since when what the case system's extract shows for some years only can be known: so many years before the first one
select
    windows.table_name,
    (min(batches.batch_date) - make_interval(years => windows.years))::date as from_day
from {{ ref('int_run__batches') }} as batches
inner join (
    values
    {%- for table_name, years in windows_of('ssd') %}
    ('{{ table_name }}', {{ years }}),
    {%- endfor %}
    (null, null::integer)
) as windows (table_name, years) on windows.table_name is not null
where batches.source = 'ssd'
group by windows.table_name, windows.years
