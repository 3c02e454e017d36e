-- what gate 1 found in the records of each child, as known on known_on. A record that fails a critical rule is held
-- back: it is read as its last good version, or not at all
with failing as (
    select
        failures.person as child_ref,
        concat_ws('|', failures.source, failures.table_name, failures.slice, failures.record_key) as record,
        failures.severity,
        failures.rule_id
    from {{ source('quality', 'failure') }} as failures
    where failures.person is not null and failures.severity <> 'info' and failures.nights @> {{ known_on() }}
)

select
    failing.child_ref,
    count(distinct failing.record)::integer as records_failing,
    (count(distinct failing.record) filter (where failing.severity = 'critical'))::integer as records_held,
    array_agg(distinct failing.rule_id order by failing.rule_id) as rules
from failing
group by failing.child_ref
