"""A fault that gate 2 finds is of the source that its rule names: of the marts, or of a register."""

from alembic import op

revision = "0010"
down_revision = "0009"

FAULT = r"""
create or replace view quality.fault as
with batch as (
    select batch_id, source, slice, daterange(
        batch_date, lead(batch_date) over (partition by source, slice order by batch_date)
    ) as nights
    from ops.batch_latest where state in ('stopped', 'passed', 'recorded')
),
build as (
    select build_id, daterange(as_at, lead(as_at) over (order by as_at)) as nights
    from (
        select distinct on (as_at) build_id, as_at from ops.build
        where as_at = known_on and state in ('passed', 'stopped') order by as_at, started_at desc
    ) as judged
),
newest_batch as (
    select source, slice, table_name, max(batch_date) as night from ops.batch_table group by 1, 2, 3
),
found as (
    select 'landing' as gate, f.rule_id, f.severity, f.source, f.table_name, f.slice, f.record_key, f.column_name,
        f.person as child_ref, f.file_name, f.record_number,
        case
            when f.slice !~ '^\d{4}-\d{2}-\d{2}/' then f.nights
            -- a period counts as long as it is read
            else f.nights * coalesce(p.spoken, '{}')
        end as nights, null::date as said_on
    from quality.failure as f
    left join ops.period_spoken as p on p.source = f.source and p.slice = f.slice
    union all
    -- of the table as a whole; and a rule whose query could not be run
    select 'landing', r.rule_id, r.severity, b.source, split_part(r.rule_id, '.', 2), b.slice, of_what.id, '', null,
        null, null, datemultirange(b.nights), lower(b.nights)
    from quality.batch_result as r
    inner join batch as b on b.batch_id = r.batch_id
    left join quality.rule as known on known.rule_id = r.rule_id
    -- a line for each team that a rule names; one for the table, where it names none
    cross join lateral unnest(case when r.named = '{}' then array[''] else r.named end) as of_what (id)
    where not r.success and (known.scope = 'table' or r.failing = 0)
    union all
    select 'publication', f.rule_id, coalesce(known.severity, 'critical'), split_part(f.rule_id, '.', 1),
        split_part(f.rule_id, '.', 2),
        'all', f.record_key, '',
        f.child_ref, null, null, datemultirange(b.nights), lower(b.nights)
    from quality.publication_failure as f
    inner join build as b on b.build_id = f.build_id
    left join quality.rule as known on known.rule_id = f.rule_id
    union all
    select 'publication', r.rule_id, r.severity, split_part(r.rule_id, '.', 1), split_part(r.rule_id, '.', 2),
        'all', '', '', null, null, null, datemultirange(b.nights), lower(b.nights)
    from quality.result as r
    inner join build as b on b.build_id = r.build_id
    left join quality.rule as known on known.rule_id = r.rule_id
    where not r.success and (known.scope = 'table' or r.failing = 0) and not exists (
        select from quality.result as later
        where later.build_id = r.build_id and later.rule_id = r.rule_id and later.result_id > r.result_id
    )
),
grouped as (
    select gate, rule_id, source, table_name, slice, record_key, column_name, child_ref,
        (array_agg(severity order by upper(nights) desc nulls first))[1] as severity,
        (array_agg(file_name order by upper(nights) desc nulls first))[1] as file_name,
        array_agg(record_number order by record_number)
            filter (where upper_inf(nights) and record_number is not null) as record_numbers,
        range_agg(nights) as nights, max(said_on) as said_on
    from found where not isempty(nights)
    group by gate, rule_id, source, table_name, slice, record_key, column_name, child_ref,
        case when record_key = '' then record_number end
)
select g.gate, g.rule_id, g.severity, g.source, g.table_name, g.slice, g.record_key, g.column_name, g.child_ref,
    g.file_name, g.record_numbers, g.nights,
    (select max(lower(spell)) from unnest(g.nights) as spell) as first_night,
    case
        when not upper_inf(g.nights) then upper(g.nights) - 1
        -- records: by the newest file of their table. What is said of a whole table, or of a mart, is said on its night
        else coalesce(g.said_on, b.night)
    end as last_night,
    upper(g.nights) as cleared_on
from grouped as g
left join newest_batch as b on b.source = g.source and b.slice = g.slice and b.table_name = g.table_name;
"""


def upgrade() -> None:
    """Put it in the place of the one before; its rights and its comment stay."""
    op.get_bind().exec_driver_sql(FAULT)
