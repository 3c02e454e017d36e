"""Publish a build: bring each live mart to the build's state by its difference, all in one transaction.

Readers take no lock and wait for none: each statement of theirs sees the whole of one night or of the other.
"""

import json
import logging
from dataclasses import dataclass

import psycopg

from include.warehouse.builds import Build, Mart, build_state, marts_of
from include.warehouse.connection import Role, advisory_lock, connect

log = logging.getLogger(__name__)


class NotPublished(Exception):
    """A build may not be published, or the live marts can't take it; says why and what to do."""


@dataclass(frozen=True)
class Publication:
    """What is live: which build, of which day, and how many rows each mart has."""

    build_id: str
    kind: str
    rows: dict[str, int]
    written: int


def publish(build: Build, kind: str = "night") -> Publication | None:
    """Publish a build that has passed gate 2. Returns None, and changes nothing, when a newer day is live.

    Safe to call again: a build that is live already is left as it is. Raises NotPublished when the build has not
    passed, or a mart's columns changed; WarehouseError when the server refuses.
    """
    with connect(Role.PUBLISHER, f"publishing {build.build_id}") as connection:
        advisory_lock(connection, "publish")
        state = build_state(connection, build)
        if state != "passed":
            raise NotPublished(
                f"{build.build_id} is {state or 'unknown'}: only a build that passed gate 2 is published"
            )
        live = live_publication(connection)
        if kind == "night" and live and live["as_at"] > build.as_at:
            log.warning("%s: recorded, not published: %s is live", build.build_id, live["as_at"])
            return None
        marts = marts_of(connection, build.build_id)
        if not marts:
            raise NotPublished(f"{build.build_id} has no marts: build the day again")
        written = _drop_marts_gone(connection, marts)
        for mart in marts:
            written += _bring(connection, build, mart)
        rows = {m.name: connection.execute(f"select count(*) from marts.{m.name}").fetchone()[0] for m in marts}
        if not (live and live["build_id"] == build.build_id and live["kind"] == kind):
            connection.execute(
                "insert into ops.publication (build_id, as_at, known_on, batches, kind, rows) "
                "values (%s, %s, %s, %s, %s, %s)",
                (build.build_id, build.as_at, build.known_on, list(build.batches), kind, json.dumps(rows)),
            )
    log.info(
        "%s is live as at %s, known on %s: %d rows written",
        build.build_id,
        build.as_at,
        build.known_on,
        written,
    )
    return Publication(build.build_id, kind, rows, written)


def live_publication(connection: psycopg.Connection) -> dict | None:
    """The publication that is live: build_id, as_at, known_on, kind, rows, published_at; None before the first."""
    cursor = connection.execute(
        "select build_id, as_at, known_on, batches, kind, rows, published_at from ops.publication "
        "order by publication_id desc limit 1"
    )
    row = cursor.fetchone()
    return dict(zip([column.name for column in cursor.description], row, strict=True)) if row else None


def _bring(connection: psycopg.Connection, build: Build, mart: Mart) -> int:
    """Bring one live mart to the build's state; returns how many rows were deleted and inserted."""
    live, new = f"marts.{mart.name}", f"{build.schema('marts')}.{mart.name}"
    if connection.execute("select to_regclass(%s) is null", (live,)).fetchone()[0]:
        _create(connection, live, new, mart)
    columns = _columns(connection, new)
    if columns != _columns(connection, live):
        raise NotPublished(
            f"the columns of {live} changed: it has {', '.join(_columns(connection, live))}; the build has "
            f"{', '.join(columns)}. Drop the live mart once BI no longer needs the old one, then publish again"
        )
    names = ", ".join(name for name, _ in columns)
    same_key = " and ".join(f"l.{name} = n.{name}" for name in mart.key)
    differs = "row(" + ", ".join(f"l.{name}" for name, _ in columns) + ") is distinct from row("
    differs += ", ".join(f"n.{name}" for name, _ in columns) + ")"
    gone = connection.execute(f"delete from {live} as l where not exists (select from {new} as n where {same_key})")
    # a changed row is updated in place: the delete and insert of one key, in one statement
    changed = connection.execute(
        f"update {live} as l set ({names}) = row({', '.join(f'n.{name}' for name, _ in columns)}) "
        f"from {new} as n where {same_key} and {differs}"
    )
    added = connection.execute(
        f"insert into {live} ({names}) select {names} from {new} as n "
        f"where not exists (select from {live} as l where {same_key})"
    )
    return gone.rowcount + changed.rowcount + added.rowcount


def _create(connection: psycopg.Connection, live: str, new: str, mart: Mart) -> None:
    """Make a live mart as the build has it, and let its readers read it, and nobody else."""
    connection.execute(f"create table {live} (like {new} including comments including constraints including defaults)")
    connection.execute(f"alter table {live} add primary key ({', '.join(mart.key)})")
    for (definition,) in connection.execute(
        "select pg_get_indexdef(indexrelid) from pg_index where indrelid = to_regclass(%s) and not indisprimary",
        (new,),
    ).fetchall():
        after = definition[definition.index(" USING ") :]
        unique = "unique " if definition.startswith("CREATE UNIQUE") else ""
        connection.execute(f"create {unique}index on {live}{after}")
    connection.execute(
        "select set_config('permanence.comment', coalesce(obj_description(to_regclass(%s), 'pg_class'), ''), true)",
        (new,),
    )
    connection.execute(
        f"do $$ begin execute format('comment on table {live} is %L', current_setting('permanence.comment')); end $$"
    )
    connection.execute(f"grant select on {live} to {mart.reader}")


def _columns(connection: psycopg.Connection, relation: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select attname::text, format_type(atttypid, atttypmod) from pg_attribute "
        "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
        (relation,),
    ).fetchall()


def _drop_marts_gone(connection: psycopg.Connection, marts: list[Mart]) -> int:
    """Empty the live marts that the project no longer has; what BI built on them stands. Returns rows deleted."""
    known = [mart.name for mart in marts]
    deleted = 0
    for (name,) in connection.execute(
        "select tablename from pg_tables where schemaname = 'marts' and tablename <> all(%s)", (known,)
    ).fetchall():
        deleted += connection.execute(f"delete from marts.{name}").rowcount
    return deleted
