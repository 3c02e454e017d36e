{# Whole years from a day of birth to a day; empty before birth. #}
{% macro age_on(day, date_of_birth) -%}
case when {{ day }} >= {{ date_of_birth }} then extract(year from age({{ day }}, {{ date_of_birth }}))::integer end
{%- endmacro %}
