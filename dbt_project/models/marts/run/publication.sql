select
    '{{ var("build_id") }}'::text as build_id,
    {{ as_at() }} as as_at,
    {{ known_on() }} as known_on
