select
    '{{ var("build_id") }}'::text as build_id,
    {{ as_at() }} as as_at,
    {{ known_on() }} as known_on,
    quarantine.records as records_in_quarantine,
    quarantine.rules as rules_in_quarantine
from {{ ref('int_run__quarantine') }} as quarantine
