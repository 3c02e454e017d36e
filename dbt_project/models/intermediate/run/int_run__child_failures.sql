-- what gate 1 found in the records of each child, as known on known_on. A record that fails a critical rule is held back:
-- it is read as its last good version, or not at all
select
    failures.person as child_ref,
    count(distinct (failures.source, failures.table_name, failures.slice, failures.record_key))::integer
        as records_failing,
    count(distinct (failures.source, failures.table_name, failures.slice, failures.record_key)) filter (
        where failures.severity = 'critical'
    )::integer as records_held,
    array_agg(distinct failures.rule_id order by failures.rule_id) as rules
from {{ source('quality', 'failure') }} as failures
where failures.person is not null and failures.severity <> 'info' and failures.nights @> {{ known_on() }}
group by failures.person
