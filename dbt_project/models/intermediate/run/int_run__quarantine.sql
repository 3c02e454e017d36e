-- a record may fail several critical rules, and a key may stand on several records: records are counted as they came
select
    {{ known_on() }} as known_on,
    count(distinct concat_ws(
        '|', failures.source, failures.table_name, failures.slice, failures.file_name, failures.record_number
    )) as records,
    coalesce(array_agg(distinct failures.rule_id order by failures.rule_id), array[]::text[]) as rules
from {{ source('quality', 'failure') }} as failures
where failures.severity = 'critical' and failures.nights @> {{ known_on() }}
