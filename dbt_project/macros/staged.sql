{#
    A source table as known on var known_on: the whole body of a staging model, and the one place where history is read.

    A record is read when the newest batch of its slice says it. Where that batch doesn't, the last version said before
    is still read, of the same slice, and never of an earlier one,
      - while its key is held by gate 1, or while every batch since has records without a key, which prove no deletion
        (_held says so);
      - when it left the extract's rolling window: its window date lay before that of the first batch without it;
      - for persons: while any record of theirs is read (read_while_in: table → its staging model).
    Where the contract says `combine: each_slice`, every slice's version of a key is kept; otherwise the newest slice's.
    Of an incremental source only the periods are read that speak on the day. Columns, types and code lists come from
    the contract (the source's YAML); values pass through the same safe casts that gate 1 read them with.
#}
{% macro staged(source_name, table_name, read_while_in={}) %}
{%- set relation = source(source_name, table_name) -%}
{%- set held_key = source('history', 'held_key') -%}
{%- set batch_table = source('ops', 'batch_table') -%}
{%- set period_spoken = source('ops', 'period_spoken') -%}
{%- if execute -%}
{%- set node = contract_of(source_name, table_name) -%}
{%- set meta = node.config.meta -%}
{%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
{%- set sliced = meta.slice != 'all' -%}
{%- set this_table -%} source = '{{ source_name }}' and table_name = '{{ table_name }}' {%- endset -%}
{%- set until_then -%} datemultirange(daterange(null, {{ known_on() }}, '[]')) {%- endset -%}
with batches as (
    -- the newest batch of each slice that can prove a deletion: all of its records have a key
    select
        batch_table.slice,
        max(batch_table.batch_date) filter (where batch_table.keyless = 0) as proved_on
    from {{ batch_table }} as batch_table
    where {{ this_table }} and batch_table.batch_date <= {{ known_on() }}
    {%- if meta.slice == 'period' %}
        and exists (
            select from {{ period_spoken }} as periods
            where
                periods.source = '{{ source_name }}'
                and periods.slice = batch_table.slice
                and periods.spoken @> {{ known_on() }}
        )
    {%- endif %}
    group by batch_table.slice
),

said as (
    select recorded.*
    from {{ relation }} as recorded
    where recorded._recorded @> {{ known_on() }}
),

held as (
    select
        held_key.slice,
        held_key.record_key,
        held_key.recorded @> {{ known_on() }} as is_held,
        upper(held_key.recorded * {{ until_then }}) as held_until
    from {{ held_key }} as held_key
    where {{ this_table }} and lower(held_key.recorded) <= {{ known_on() }}
),

said_before as (
    -- the last version of each record that is said no longer
    select distinct on (earlier._slice, earlier._record_key)
        earlier.*,
        upper(earlier._recorded * {{ until_then }}) as _said_until
    from {{ relation }} as earlier
    where
        lower(earlier._recorded) <= {{ known_on() }}
        and not earlier._recorded @> {{ known_on() }}
        and not exists (
            select from said where said._slice = earlier._slice and said._record_key = earlier._record_key
        )
    order by earlier._slice, earlier._record_key, _said_until desc
),

last_seen as (
    select
        said_before.*,
        coalesce(held.is_held, false) or coalesce(batches.proved_on < last_until.day, true) as _is_held,
        last_until.day as _last_until
    from said_before
    left join held on said_before._slice = held.slice and said_before._record_key = held.record_key
    left join batches on said_before._slice = batches.slice
    cross join lateral (select greatest(said_before._said_until, held.held_until) as day) as last_until
),

read as (
    select {{ recorded_columns(node, 'said', present) }}, false as _held, false as _is_blank
    from said
    union all
    select {{ recorded_columns(node, 'last_seen', present) }}, last_seen._is_held as _held, false as _is_blank
    from last_seen
    where
        last_seen._is_held
        {%- if meta.window %}
        or safe.as_date(last_seen.{{ meta.window.date }})
        < last_seen._last_until - interval '{{ meta.window.years }} years'
        + interval '{{ meta.window.get("margin_days", 7) }} days'
        {%- endif %}
        {%- for other_table, staging_model in read_while_in.items() %}
        or exists (
            select from {{ staging_model }} as other
            where other.{{ contract_of(source_name, other_table).config.meta.person }} = last_seen.{{ meta.person }}
        )
        {%- endfor %}
    {%- if sliced %}
    union all
    -- a record held in a slice that has no good version of it: an earlier slice must not stand in
    select
        held.slice as _slice,
        held.record_key as _record_key,
        {% for column in recorded_names(node) -%} null as {{ column }}, {% endfor %}
        true as _held,
        true as _is_blank
    from held
    left join batches on held.slice = batches.slice
    where
        (held.is_held or coalesce(batches.proved_on < held.held_until, true))
        and not exists (
            select from {{ relation }} as good
            where
                good._slice = held.slice
                and good._record_key = held.record_key
                and lower(good._recorded) <= {{ known_on() }}
        )
    {%- endif %}
),

kept as (
    {%- if sliced and meta.get('combine', 'latest_slice') == 'latest_slice' %}
    select distinct on (read._record_key) read.*
    from read
    inner join batches on read._slice = batches.slice
    order by read._record_key, read._slice desc
    {%- else %}
    select read.*
    from read
    inner join batches on read._slice = batches.slice
    {%- endif %}
)

select
    kept._slice,
    kept._record_key,
    kept._held
    {%- for column in node.columns.values() if column.name in recorded_names(node) %},
    {{ cast_of_contract(column, column.config.meta or column.meta) }} as {{ column.name }}
    {%- endfor %}
from kept
where not kept._is_blank
{%- endif -%}
{% endmacro %}

{# The contract of a source table, as dbt's graph has it. #}
{% macro contract_of(source_name, table_name) -%}
{%- do return(
    graph.sources.values()
    | selectattr('source_name', 'equalto', source_name) | selectattr('name', 'equalto', table_name) | first
) -%}
{%- endmacro %}

{# Names of the columns that the contract lets history keep. #}
{% macro recorded_names(node) -%}
{%- set names = [] -%}
{%- for column in node.columns.values() -%}
{%- set meta = column.config.meta or column.meta -%}
{%- if meta.get('store') != 'never' and not meta.get('volatile') -%}{%- do names.append(column.name) -%}{%- endif -%}
{%- endfor -%}
{%- do return(names) -%}
{%- endmacro %}

{# A record as history keeps it, column by column; what a case system's profile keeps out of history is null. #}
{% macro recorded_columns(node, relation, present) -%}
{{ relation }}._slice, {{ relation }}._record_key
{%- for name in recorded_names(node) %}, {% if name in present %}{{ relation }}.{{ name }}{% else %}null::text as {{ name }}{% endif %}
{%- endfor %}
{%- endmacro %}

{# The safe cast of one contract column: the same choice as include/contract/expressions.py makes. (A macro
   called safe_cast would stand in the place of dbt's own, which its unit tests call.) Where the contract names a code
   for what no list knows (`unmapped`), staging counts it there; gate 1 lists it all the same. #}
{% macro cast_of_contract(column, meta) -%}
{%- if meta.get('kind') == 'code' and meta.get('unmapped') -%}
coalesce(
    safe.as_code_{{ meta.codes }}(kept.{{ column.name }}),
    case when kept.{{ column.name }} is not null then '{{ meta.unmapped }}' end
)
{%- elif meta.get('kind') == 'code' -%}
safe.as_code_{{ meta.codes }}{{ '_in_words' if meta.get('in_words') }}(kept.{{ column.name }})
{%- elif meta.get('kind') in ('id', 'figure') -%}
safe.as_{{ meta.kind }}(kept.{{ column.name }})
{%- else -%}
safe.as_{{ column.data_type }}(kept.{{ column.name }})
{%- endif -%}
{%- endmacro %}
