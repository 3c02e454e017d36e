-- what gate 1 found in the records of each child, as known on known_on. A record that fails a critical rule is held
-- back: it is read as its last good version, or not at all, also where that failure was accepted as a false alarm
with accepted as (
    select
        accepted_failure.rule_id,
        accepted_failure.table_name,
        accepted_failure.record_key,
        coalesce(accepted_failure.column_name, '') as column_name
    from {{ ref('accepted_failure') }} as accepted_failure
    where
        safe.as_date(accepted_failure.accepted_on) <= {{ known_on() }}
        and safe.as_date(accepted_failure.accepted_until) >= {{ known_on() }}
),

failing as (
    select
        failures.person as child_ref,
        concat_ws('|', failures.source, failures.table_name, failures.slice, failures.record_key) as record,
        failures.severity,
        failures.rule_id,
        exists(
            select from accepted
            where
                accepted.rule_id = failures.rule_id
                and accepted.table_name = failures.table_name
                and accepted.record_key = failures.record_key
                and accepted.column_name in ('', failures.column_name)
        ) as is_accepted
    from {{ source('quality', 'failure') }} as failures
    where failures.person is not null and failures.severity <> 'info' and failures.nights @> {{ known_on() }}
)

select
    failing.child_ref,
    (count(distinct failing.record) filter (where not failing.is_accepted))::integer as records_failing,
    (count(distinct failing.record) filter (where failing.severity = 'critical'))::integer as records_held,
    coalesce(
        array_agg(distinct failing.rule_id order by failing.rule_id) filter (where not failing.is_accepted),
        array[]::text[]
    ) as rules
from failing
group by failing.child_ref
