"""One live mart: made, altered in place where its contract changed, brought to a build's state by the difference."""

from dataclasses import dataclass

import psycopg

from include.warehouse.builds import Build, Mart

# below PostgreSQL's deadlock_timeout of 1 s: a report that reads for minutes is waited for by trying again, not by
# keeping every other reader in the queue behind us
_WAIT_FOR_READERS = "set local lock_timeout = '900ms'"


class NotPublished(Exception):
    """A build may not be published, or the live marts can't take it; says why and what to do."""


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    required: bool
    description: str


def bring(connection: psycopg.Connection, build: Build, mart: Mart) -> int:
    """Bring one live mart to the build's state; returns how many rows were deleted, changed and inserted.

    Raises NotPublished, naming the view, when a column that has to go or to change its type is read by a BI view.
    """
    live, new = f"marts.{mart.name}", f"{build.schema('marts')}.{mart.name}"
    if connection.execute("select to_regclass(%s) is null", (live,)).fetchone()[0]:
        _create(connection, live, new, mart)
    wanted = _columns(connection, new)
    altered = _alter(connection, live, wanted, mart)
    written = _difference(connection, live, new, [column.name for column in wanted], mart.key)
    if altered:
        _require(connection, live, wanted, mart)
    _describe(connection, live, new, wanted)
    _index(connection, live, new)
    return written


def drop_gone(connection: psycopg.Connection, marts: list[Mart]) -> None:
    """Drop the live marts that the project no longer has. Raises NotPublished naming a view that reads one."""
    for (name,) in connection.execute(
        "select tablename from pg_tables where schemaname = 'marts' and tablename <> all(%s)",
        ([mart.name for mart in marts],),
    ).fetchall():
        _refuse_if_read(connection, f"marts.{name}", None, "is no longer made")
        connection.execute(_WAIT_FOR_READERS)
        connection.execute(f"drop table marts.{name}")


def _difference(connection: psycopg.Connection, live: str, new: str, columns: list[str], key: tuple[str, ...]) -> int:
    names = ", ".join(columns)
    news = ", ".join(f"n.{name}" for name in columns)
    same_key = " and ".join(f"l.{name} = n.{name}" for name in key)
    differs = f"row({', '.join(f'l.{name}' for name in columns)}) is distinct from row({news})"
    gone = connection.execute(f"delete from {live} as l where not exists (select from {new} as n where {same_key})")
    # a changed row is updated in place: the delete and insert of one key, in one statement
    changed = connection.execute(
        f"update {live} as l set ({names}) = row({news}) from {new} as n where {same_key} and {differs}"
    )
    added = connection.execute(
        f"insert into {live} ({names}) select {names} from {new} as n "
        f"where not exists (select from {live} as l where {same_key})"
    )
    return gone.rowcount + changed.rowcount + added.rowcount


def _create(connection: psycopg.Connection, live: str, new: str, mart: Mart) -> None:
    """Make a live mart as the build has it, and let its readers read it, and nobody else."""
    connection.execute(f"create table {live} (like {new} including constraints including defaults)")
    connection.execute(f"alter table {live} add primary key ({', '.join(mart.key)})")
    connection.execute(f"grant select on {live} to {mart.reader}")


def _alter(connection: psycopg.Connection, live: str, wanted: list[_Column], mart: Mart) -> bool:
    """Alter a live mart to the columns and the key wanted, all but `not null`; returns whether there was any to do.

    The rows follow by the difference: a column of another type comes empty, and is filled with the others.
    """
    present = {column.name: column for column in _columns(connection, live)}
    names = {column.name for column in wanted}
    dropped = [name for name in present if name not in names]
    retyped = [c for c in wanted if c.name in present and present[c.name].type != c.type]
    added = [c for c in wanted if c.name not in present]
    required = {c.name for c in wanted if c.required} != {c.name for c in present.values() if c.required}
    key = _key(connection, live)
    if not (dropped or retyped or added or required or key != mart.key):
        return False
    for name in dropped:
        _refuse_if_read(connection, live, name, "is no longer part of it")
    for column in retyped:
        _refuse_if_read(connection, live, column.name, f"becomes {column.type}")
    connection.execute(_WAIT_FOR_READERS)
    if key != mart.key or any(column.name in key for column in retyped):
        # rows of another key are other rows
        connection.execute(f"delete from {live}")
        (constraint,) = connection.execute(
            "select conname from pg_constraint where conrelid = to_regclass(%s) and contype = 'p'", (live,)
        ).fetchone()
        connection.execute(f"alter table {live} drop constraint {constraint}")
    changes = [f"drop column {name}" for name in dropped]
    changes += [f"alter column {name} drop not null" for name in present if name in names and name not in mart.key]
    changes += [f"alter column {column.name} type {column.type} using null" for column in retyped]
    changes += [f"add column {column.name} {column.type}" for column in added]
    if changes:
        connection.execute(f"alter table {live} {', '.join(changes)}")
    return True


def _require(connection: psycopg.Connection, live: str, wanted: list[_Column], mart: Mart) -> None:
    """What can be said of an altered mart only once its rows are there: its key, and which columns are never empty."""
    if _key(connection, live) != mart.key:
        connection.execute(f"alter table {live} add primary key ({', '.join(mart.key)})")
    for column in wanted:
        if column.required and column.name not in mart.key:
            connection.execute(f"alter table {live} alter column {column.name} set not null")


def _refuse_if_read(connection: psycopg.Connection, live: str, column: str | None, why: str) -> None:
    """Raise NotPublished when a view reads the mart, or that column of it."""
    views = connection.execute(
        "select distinct n.nspname || '.' || c.relname from pg_depend as d "
        "inner join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid "
        "inner join pg_class as c on r.ev_class = c.oid inner join pg_namespace as n on c.relnamespace = n.oid "
        "where d.refclassid = 'pg_class'::regclass and d.refobjid = to_regclass(%s) and c.oid <> d.refobjid "
        "and (%s::text is null or d.refobjsubid = (select attnum from pg_attribute "
        "where attrelid = d.refobjid and attname = %s)) order by 1",
        (live, column, column),
    ).fetchall()
    if views:
        what = f"{live}.{column}" if column else live
        raise NotPublished(
            f"{what} {why}, but {', '.join(name for (name,) in views)} reads it. "
            "Change that view or have it changed, then publish again; until then what is live stands"
        )


def _columns(connection: psycopg.Connection, relation: str) -> list[_Column]:
    rows = connection.execute(
        "select attname::text, format_type(atttypid, atttypmod), attnotnull, "
        "coalesce(col_description(attrelid, attnum), '') from pg_attribute "
        "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
        (relation,),
    )
    return [_Column(*row) for row in rows]


def _key(connection: psycopg.Connection, relation: str) -> tuple[str, ...]:
    rows = connection.execute(
        "select a.attname::text from pg_index as i cross join unnest(i.indkey) with ordinality as k (attnum, place) "
        "inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum "
        "where i.indrelid = to_regclass(%s) and i.indisprimary order by k.place",
        (relation,),
    )
    return tuple(name for (name,) in rows)


def _describe(connection: psycopg.Connection, live: str, new: str, wanted: list[_Column]) -> None:
    """Bring the descriptions of a live mart and its columns to those of the build."""
    known = {column.name: column.description for column in _columns(connection, live)}
    said = [(f"column {live}.{c.name}", c.description) for c in wanted if c.description != known[c.name]]
    whole, wanted_whole = connection.execute(
        "select coalesce(obj_description(to_regclass(%s), 'pg_class'), ''), "
        "coalesce(obj_description(to_regclass(%s), 'pg_class'), '')",
        (live, new),
    ).fetchone()
    if whole != wanted_whole:
        said.append((f"table {live}", wanted_whole))
    for what, description in said:
        connection.execute(
            psycopg.sql.SQL("comment on {what} is {text}").format(
                what=psycopg.sql.SQL(what), text=psycopg.sql.Literal(description)
            )
        )


def _index(connection: psycopg.Connection, live: str, new: str) -> None:
    """Give a live mart the indexes that the build's has and it lacks; those that BI added stay."""

    def definitions(relation: str) -> set[tuple[bool, str]]:
        rows = connection.execute(
            "select indisunique, pg_get_indexdef(indexrelid) from pg_index "
            "where indrelid = to_regclass(%s) and not indisprimary",
            (relation,),
        )
        return {(unique, definition[definition.index(" USING ") :]) for unique, definition in rows}

    for unique, after in sorted(definitions(new) - definitions(live)):
        connection.execute(f"create {'unique ' if unique else ''}index on {live}{after}")
