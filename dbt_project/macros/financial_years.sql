{# The financial year of a day, 1 April to 31 March, as reports write it: 2022-23. #}
{% macro financial_year(day) -%}
to_char({{ day }} - interval '3 months', 'YYYY') || '-' || to_char({{ day }} + interval '9 months', 'YY')
{%- endmacro %}
