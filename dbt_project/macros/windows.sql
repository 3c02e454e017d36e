{# The tables of a source that an extract shows for some years only, and for how many, as the contract has it. #}
{% macro windows_of(source_name) -%}
{%- set windows = [] -%}
{%- if execute -%}
{%- for node in graph.sources.values() if node.source_name == source_name and node.config.meta.window -%}
{%- do windows.append((node.name, node.config.meta.window.years)) -%}
{%- endfor -%}
{%- endif -%}
{%- do return(windows | sort) -%}
{%- endmacro %}
