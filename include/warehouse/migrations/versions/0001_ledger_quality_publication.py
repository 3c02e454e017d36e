"""The ledger of batches, held keys, results and failures of the gates, builds and publications."""

from alembic import op

revision = "0001"
down_revision = None

LOADER, BUILDER, PUBLISHER = "permanence_loader", "permanence_builder", "permanence_publisher"

OPS = f"""
create sequence ops.batch_number;
create table ops.batch (
    entry_id bigint generated always as identity primary key,
    batch_id bigint not null,
    source text not null,
    slice text not null,
    batch_date date not null,
    state text not null check (state in ('landed', 'refused', 'stopped', 'passed', 'recorded', 'withdrawn')),
    files jsonb not null default '[]',
    record_count bigint not null default 0,
    quarantined bigint not null default 0,
    duplicates bigint not null default 0,
    keyless bigint not null default 0,
    content_sha256 text not null,
    contract_fingerprint text not null,
    rule_fingerprint text not null,
    reason text,
    entered_at timestamptz not null default clock_timestamp()
);
comment on table ops.batch is 'One row per thing that happened to a batch: the ledger. Rows are only ever added.';
comment on column ops.batch.slice is
    'What the batch speaks for: all; a return year as 2021/22; a period [from, to) as 2026-03-30/2026-03-31.';
comment on column ops.batch.files is 'Per file: table, name, records, bytes, sha256, encoding, dropped columns.';
comment on column ops.batch.keyless is 'Quarantined records without a key: such a batch proves no deletion.';
create index on ops.batch (source, slice, batch_date, entry_id);
create index on ops.batch (batch_id, entry_id);

create view ops.batch_latest as
select distinct on (source, slice, batch_date) *
from ops.batch order by source, slice, batch_date, entry_id desc;
comment on view ops.batch_latest is 'One row per source, slice and date: the last thing that happened to it.';

create view ops.batch_standing as
select * from (
    select distinct on (source, slice, batch_date) *
    from ops.batch where state in ('recorded', 'withdrawn')
    order by source, slice, batch_date, entry_id desc
) as decided
where state = 'recorded';
comment on view ops.batch_standing is 'One row per batch that recorded history stands on.';

create table ops.build (
    build_id text primary key,
    as_at date not null,
    known_on date not null,
    batches bigint[] not null,
    state text not null check (state in ('building', 'built', 'passed', 'stopped', 'failed')),
    marts jsonb not null default '[]',
    reason text,
    started_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz
);
comment on table ops.build is 'One row per build: the marts of one day as known on one day, from one set of batches.';

create table ops.build_node (
    build_id text not null references ops.build on delete cascade,
    node text not null,
    status text not null,
    seconds numeric not null,
    rows_affected bigint,
    primary key (build_id, node)
);
comment on table ops.build_node is 'One row per model, seed or test of a build, as dbt reports it.';

create table ops.publication (
    publication_id bigint generated always as identity primary key,
    build_id text not null,
    as_at date not null,
    known_on date not null,
    batches bigint[] not null,
    kind text not null check (kind in ('night', 'rollback')),
    rows jsonb not null,
    published_at timestamptz not null default clock_timestamp()
);
comment on table ops.publication is 'One row per time the live marts were brought to a build; the newest is live.';
grant select on all tables in schema ops to {LOADER}, {BUILDER}, {PUBLISHER};
grant insert on ops.batch to {LOADER};
grant usage on sequence ops.batch_number to {LOADER};
grant insert, update, delete on ops.build, ops.build_node to {BUILDER};
grant insert on ops.publication to {PUBLISHER};
"""

RAW = f"""
create table raw.held_key (
    source text not null,
    table_name text not null,
    slice text not null,
    record_key text not null,
    recorded datemultirange not null,
    primary key (source, table_name, slice, record_key)
);
comment on table raw.held_key is
    'One row per record that batches quarantined, and the dates on which they did: '
    'read with its last good version of the same slice.';
alter table raw.held_key owner to {LOADER};
grant select on raw.held_key to {BUILDER};
"""

QUALITY = f"""
create table quality.rule (
    rule_id text primary key,
    gate text not null check (gate in ('landing', 'publication')),
    severity text not null check (severity in ('critical', 'warning', 'info')),
    scope text not null check (scope in ('row', 'table')),
    source text not null,
    table_name text not null,
    owner text not null,
    description text not null,
    remedy text not null
);
comment on table quality.rule is
    'One row per rule of the two gates: what it asks, how grave, who can put it right and how.';

create table quality.result (
    result_id bigint generated always as identity primary key,
    gate text not null,
    batch_id bigint,
    build_id text,
    rule_id text not null,
    severity text not null,
    success boolean not null,
    failing bigint not null,
    decision text not null check (decision in ('pass', 'quarantine', 'warn', 'count', 'stop')),
    evaluated_at timestamptz not null default clock_timestamp()
);
comment on table quality.result is
    'One row per rule and evaluation: did it hold, how many records failed, what followed.';
create index on quality.result (batch_id);
create index on quality.result (build_id);

create table quality.failure (
    rule_id text not null,
    source text not null,
    table_name text not null,
    slice text not null,
    record_key text not null,
    column_name text not null,
    severity text not null,
    person text,
    file_name text not null,
    record_number bigint not null,
    nights datemultirange not null,
    primary key (rule_id, source, table_name, slice, record_key, column_name, file_name, record_number)
);
comment on table quality.failure is
    'One row per record and column that fails a rule of gate 1, with the dates on which the export said so. '
    'Keys only: no value of a record is kept here.';
comment on column quality.failure.record_key is 'Key of the record; empty where it has none that can be shown.';
comment on column quality.failure.person is 'Id of the child, where the record names one that can be read.';

create table quality.publication_failure (
    build_id text not null,
    rule_id text not null,
    record_key text not null,
    primary key (build_id, rule_id, record_key)
);
comment on table quality.publication_failure is 'One row per key of a mart that fails a rule of gate 2.';
grant select on all tables in schema quality to {LOADER}, {BUILDER}, {PUBLISHER};
grant insert, update, delete on quality.rule to {LOADER}, {BUILDER};
grant insert on quality.result to {LOADER}, {BUILDER};
grant insert, update, delete on quality.failure to {LOADER};
grant insert, delete on quality.publication_failure to {BUILDER};
"""


def upgrade() -> None:
    """Create them, with the grants of each role."""
    for statements in (OPS, RAW, QUALITY):
        op.get_bind().exec_driver_sql(statements)
