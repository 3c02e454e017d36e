{# Age in whole years on a day; none before birth, and none where the date of birth is not known. #}
{% macro age_on(day, date_of_birth) -%}
case when {{ day }} >= {{ date_of_birth }} then extract(year from age({{ day }}, {{ date_of_birth }}))::integer end
{%- endmacro %}

{# Was the child unborn on a day? Not known where there is neither a date of birth nor an expected one. #}
{% macro unborn_on(day, date_of_birth, expected_date_of_birth) -%}
case
    when {{ date_of_birth }} is not null then {{ day }} < {{ date_of_birth }}
    when {{ expected_date_of_birth }} is not null and {{ day }} is not null then true
end
{%- endmacro %}

{# The band of an age in whole years, as the Department for Education's tables of children looked after have it. #}
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
