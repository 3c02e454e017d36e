{# How long a child protection plan had lasted on a day, in the bands of the Department for Education: those of up to 3
   and up to 6 months hold the day on which these are over, the others begin with it. #}
{% macro plan_length_band(started_on, day) -%}
case
    when {{ day }} is null then null
    when {{ day }} <= {{ months_after(started_on, threshold('plan_length_up_to_months')) }} then '3 months or less'
    when {{ day }} <= {{ months_after(started_on, threshold('plan_length_second_up_to_months')) }}
        then 'more than 3 months, up to 6 months'
    when {{ day }} < {{ months_after(started_on, threshold('plan_length_third_under_months')) }}
        then 'more than 6 months, less than 1 year'
    when {{ day }} < {{ months_after(started_on, threshold('long_plan_months')) }} then '1 year, less than 2 years'
    else '2 years or more'
end
{%- endmacro %}
