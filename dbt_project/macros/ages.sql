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
