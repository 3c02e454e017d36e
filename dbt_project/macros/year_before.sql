{# The same day of the year before; the end of a month is the end of that month. #}
{% macro year_before(day) -%}
case
    when extract(day from {{ day }} + 1) = 1
        then (date_trunc('month', ({{ day }} - interval '1 year')::timestamp) + interval '1 month - 1 day')::date
    else ({{ day }} - interval '1 year')::date
end
{%- endmacro %}
