"""What holds a batch against those before it, and how it was decided: counts by table and team, results that stand."""

from alembic import op

revision = "0007"
down_revision = "0006"

LOADER, BUILDER, PUBLISHER = "permanence_loader", "permanence_builder", "permanence_publisher"

COUNTED = f"""
create table quality.landed_count (
    batch_id bigint not null,
    table_name text not null,
    team_id text not null,
    records bigint not null,
    sha256 text,
    primary key (batch_id, table_name, team_id)
);
comment on table quality.landed_count is
    'One row per table of a batch that gate 1 judged, and per team in it: what later batches are held against.';
comment on column quality.landed_count.team_id is 'Id of the team; empty for the table as a whole.';
comment on column quality.landed_count.sha256 is 'Of the file; of the table as a whole only.';

-- what was recorded by an earlier release is held against by what comes next
insert into quality.landed_count (batch_id, table_name, team_id, records, sha256)
select distinct on (b.batch_id, item ->> 'table') b.batch_id, item ->> 'table', '',
    coalesce((item ->> 'records')::bigint, 0), item ->> 'sha256'
from ops.batch as b
cross join lateral jsonb_array_elements(b.files) as item
where b.state in ('passed', 'stopped', 'recorded')
order by b.batch_id, item ->> 'table', b.entry_id desc;
grant select on quality.landed_count to {LOADER}, {BUILDER}, {PUBLISHER};
grant insert on quality.landed_count to {LOADER};
grant insert, update, delete on quality.accepted_failure to {LOADER};
"""

DECIDED = f"""
alter table quality.result drop constraint result_decision_check;
alter table quality.result add constraint result_decision_check
    check (decision in ('pass', 'quarantine', 'warn', 'count', 'stop', 'accept'));
alter table quality.result add column named text[] not null default '{{}}';
comment on column quality.result.decision is
    'accept: the rule fails, and a line of the seed accepted_failure says that it is right.';
comment on column quality.result.named is 'Ids of what fails, where a rule on a whole table says which: teams.';

create view quality.batch_result as
select r.* from quality.result as r
where r.batch_id is not null and not exists (
    select from quality.result as later
    where later.batch_id = r.batch_id and later.rule_id = r.rule_id and later.result_id > r.result_id
);
comment on view quality.batch_result is
    'One row per rule and batch: how it was decided last. Rules across batches are decided again when an earlier one '
    'changes.';

create view quality.batch_holding as
select distinct on (b.source, b.slice, b.batch_date) b.source, b.slice, b.batch_date, b.batch_id
from (
    select source, slice, batch_date, batch_id from ops.batch_latest where state = 'passed'
    union all
    select source, slice, batch_date, batch_id from ops.batch_standing
) as b
where not exists (select from quality.batch_result as r where r.batch_id = b.batch_id and r.decision = 'stop')
order by b.source, b.slice, b.batch_date, b.batch_id desc;
comment on view quality.batch_holding is
    'One row per source, slice and date of which a batch passed gate 1, or stands in history and would pass it still: '
    'what later ones are held against.';
create index on quality.result (batch_id) where decision in ('stop', 'accept');
grant select on quality.batch_result, quality.batch_holding to {LOADER}, {BUILDER}, {PUBLISHER};
"""


# a rule on a whole table that names what it fails for has a line for each: an acceptance is of one of them
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
    select 'publication', f.rule_id, coalesce(known.severity, 'critical'), 'marts', split_part(f.rule_id, '.', 2),
        'all', f.record_key, '',
        f.child_ref, null, null, datemultirange(b.nights), lower(b.nights)
    from quality.publication_failure as f
    inner join build as b on b.build_id = f.build_id
    left join quality.rule as known on known.rule_id = f.rule_id
    union all
    select 'publication', r.rule_id, r.severity, 'marts', split_part(r.rule_id, '.', 2), 'all', '', '', null, null,
        null, datemultirange(b.nights), lower(b.nights)
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
    """Create them, with the grants of each role."""
    for statements in (COUNTED, DECIDED, FAULT):
        op.get_bind().exec_driver_sql(statements)
