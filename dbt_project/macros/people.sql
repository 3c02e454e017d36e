{# Whole years from a day of birth to a day; empty before birth. #}
{% macro age_on(day, date_of_birth) -%}
case when {{ day }} >= {{ date_of_birth }} then extract(year from age({{ day }}, {{ date_of_birth }}))::integer end
{%- endmacro %}

{# The district of a postcode, in whatever spelling; empty where it is no whole postcode. #}
{% macro postcode_district(postcode) -%}
substring(upper(regexp_replace({{ postcode }}, '\s', '', 'g')) from '^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$')
{%- endmacro %}
