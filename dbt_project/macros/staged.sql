{#
    A source table as known on var known_on: the whole body of a staging model.

    Columns, types and code lists come from the contract (the source's YAML); values pass through the same safe
    casts that gate 1 read them with. A key that the newest batch quarantined shows its last good version of the
    same slice (_held). Where the contract says `combine: each_slice`, every slice's version of a key is kept;
    otherwise the newest slice's alone.
#}
{% macro staged(source_name, table_name) %}
{%- if execute -%}
{%- set node = graph.sources.values()
    | selectattr('source_name', 'equalto', source_name) | selectattr('name', 'equalto', table_name) | first -%}
{%- set relation = source(source_name, table_name) -%}
with said as (
    select recorded.*, false as _held
    from {{ relation }} as recorded
    where recorded._recorded @> {{ known_on() }}
),

held as (
    select held_key.slice, held_key.record_key
    from raw.held_key as held_key
    where
        held_key.source = '{{ source_name }}'
        and held_key.table_name = '{{ table_name }}'
        and held_key.recorded @> {{ known_on() }}
),

last_good as (
    select distinct on (earlier._slice, earlier._record_key)
        earlier.*,
        true as _held
    from {{ relation }} as earlier
    inner join held on earlier._slice = held.slice and earlier._record_key = held.record_key
    where
        lower(earlier._recorded) <= {{ known_on() }}
        and not exists (
            select from said where said._slice = earlier._slice and said._record_key = earlier._record_key
        )
    order by
        earlier._slice, earlier._record_key,
        upper(earlier._recorded * datemultirange(daterange(null, {{ known_on() }}))) desc
),

read as (
    select * from said
    union all
    select * from last_good
)
{% if node.config.meta.get('combine', 'latest_slice') == 'each_slice' %}
, kept as (
    select * from read
)
{% else %}
, kept as (
    select distinct on (read._record_key) read.*
    from read
    order by read._record_key, read._slice desc
)
{% endif %}
select
    kept._slice,
    kept._record_key,
    kept._held
    {%- for column in node.columns.values() %}
    {%- set meta = column.config.meta or column.meta %}
    {%- if meta.get('store') != 'never' and not meta.get('volatile') %},
    {{ cast_of_contract(column, meta) }} as {{ column.name }}
    {%- endif %}
    {%- endfor %}
from kept
{%- endif -%}
{% endmacro %}

{# The safe cast of one contract column: the same choice as include/contract/expressions.py makes. (A macro
   called safe_cast would stand in the place of dbt's own, which its unit tests call.) #}
{% macro cast_of_contract(column, meta) -%}
{%- if meta.get('kind') == 'code' -%}
safe.as_code_{{ meta.codes }}(kept.{{ column.name }})
{%- elif meta.get('kind') == 'id' -%}
safe.as_id(kept.{{ column.name }})
{%- else -%}
safe.as_{{ column.data_type }}(kept.{{ column.name }})
{%- endif -%}
{%- endmacro %}
