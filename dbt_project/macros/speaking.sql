{# Joins, to records `said` of several sources, who speaks for a concept: each record stays that its source has the say on,
   by the day it came about. What has no day is for the source of all days. #}
{% macro who_speaks(concept, day) -%}
inner join {{ ref('int_run__speaking') }} as speaking
    on
        said.source = speaking.source
        and speaking.concept = '{{ concept }}'
        and speaking.days @> coalesce({{ day }}, date '2099-12-31')
{%- endmacro %}
