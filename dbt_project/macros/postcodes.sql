{# The district of a postcode, in whatever spelling; empty where it is no whole postcode. #}
{% macro postcode_district(postcode) -%}
substring(upper(regexp_replace({{ postcode }}, '\s', '', 'g')) from '^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$')
{%- endmacro %}
