{# The day a figure speaks of. Only the tracker and the publication may ask for it. #}
{% macro as_at() -%}
date '{{ var("as_at") }}'
{%- endmacro %}

{# The date of the newest export that may be known. #}
{% macro known_on() -%}
date '{{ var("known_on") }}'
{%- endmacro %}

{# Months after a day, clamped to the month's end: 30 November and three months is 28 or 29 February. #}
{% macro months_after(day, months) -%}
({{ day }} + make_interval(months => {{ months }}))::date
{%- endmacro %}

{# A number from the seed of thresholds. #}
{% macro threshold(name) -%}
(select t.value from {{ ref('threshold') }} as t where t.name = '{{ name }}')
{%- endmacro %}
