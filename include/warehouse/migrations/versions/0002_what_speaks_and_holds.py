"""Which batches speak for a table, which periods of incremental deliveries speak when, and holds of publications."""

from alembic import op

revision = "0002"
down_revision = "0001"

LOADER, BUILDER, PUBLISHER = "permanence_loader", "permanence_builder", "permanence_publisher"

SPEAKING = f"""
create view ops.batch_table as
select standing.source, standing.slice, standing.batch_date, standing.batch_id, file.table_name,
    coalesce(file.records, 0) as records, coalesce(file.keyless, 0) as keyless
from ops.batch_standing as standing
cross join lateral (
    select item ->> 'table' as table_name, (item ->> 'records')::bigint as records,
        (item ->> 'keyless')::bigint as keyless
    from jsonb_array_elements(standing.files) as item
) as file;
comment on view ops.batch_table is
    'One row per table of a batch that recorded history stands on: how many records, how many of them without a key.';

create table ops.period_spoken (
    source text not null,
    slice text not null,
    spoken datemultirange not null,
    primary key (source, slice)
);
comment on table ops.period_spoken is
    'One row per period of an incremental source that is read on some day: from its delivery to that of a period that '
    'contains it. A period that partly overlaps one delivered before is read on no day. Derived from the ledger.';
grant insert, update, delete on ops.period_spoken to {LOADER};
grant select on ops.batch_table, ops.period_spoken to {LOADER}, {BUILDER}, {PUBLISHER};
"""

HOLDS = f"""
alter table ops.publication drop constraint publication_kind_check;
alter table ops.publication add constraint publication_kind_check
    check (kind in ('night', 'by_hand', 'rollback'));
comment on column ops.publication.kind is
    'night: the newest day, also when it was built again; by_hand: a day that somebody asked for; rollback.';
create table ops.publication_hold (
    hold_id bigint generated always as identity primary key,
    publication_id bigint not null references ops.publication,
    held_at timestamptz not null default clock_timestamp(),
    released_at timestamptz
);
comment on table ops.publication_hold is
    'One row per hold: since that publication no night publishes, until it is released. Empty released_at: it stands.';
grant select on ops.publication_hold to {LOADER}, {BUILDER}, {PUBLISHER};
grant insert on ops.publication_hold to {PUBLISHER};
grant update (released_at) on ops.publication_hold to {PUBLISHER};
"""


def upgrade() -> None:
    """Create them, with the grants of each role."""
    for statements in (SPEAKING, HOLDS):
        op.get_bind().exec_driver_sql(statements)
