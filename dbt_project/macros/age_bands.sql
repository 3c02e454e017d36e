{# The band of an age in whole years, as the Department for Education's tables have it. #}
{% macro age_band(age) -%}
case
    when {{ age }} is null then 'not recorded'
    when {{ age }} < 1 then 'under 1'
    when {{ age }} < 5 then '1 to 4'
    when {{ age }} < 10 then '5 to 9'
    when {{ age }} < 16 then '10 to 15'
    else '16 and over'
end
{%- endmacro %}
