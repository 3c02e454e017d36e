"""Which records of children two builds read otherwise, and on which night each change was first seen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg import sql

from include.contract.model import Table, source
from include.warehouse.builds import Build

OUT_OF_WINDOW = "out of the extract's window"


@dataclass(frozen=True)
class Change:
    """What became of a record: its table and key, of whom it is, in which columns it changed, first seen when.

    Columns by name: a value is never told.
    """

    source: str
    table: str
    record_key: str
    child_ref: str
    change: str
    columns: str
    first_seen: date | None


def changes_of(
    connection: psycopg.Connection, then: Build, now: Build, table: Table, children: Collection[str], last: date
) -> list[Change]:
    """The records of the children that were added, changed or deleted between the builds, none dated after `last`."""
    staged = f"stg_{table.source}__{table.name}"
    standing = {name: _staged(connection, build, table, staged) for name, build in (("before", then), ("after", now))}
    if None in standing.values():
        return []
    dated = sql.SQL(" or ").join(
        sql.SQL("nullif(least({before}, {after}), '') <= {last}").format(
            before=sql.SQL("before.said ->> {}").format(name),
            after=sql.SQL("after.said ->> {}").format(name),
            last=last.isoformat(),
        )
        for name in map(sql.Literal, table.dated_by)
    )
    query = sql.SQL(
        "with before as ({before}), after as ({after}), changed as ("
        "select coalesce(after.record_key, before.record_key) as record_key, "
        "coalesce(after.child_ref, before.child_ref) as child_ref, "
        "case when before.record_key is null then 'added' when after.record_key is null then 'deleted' "
        "else 'changed' end as change, "
        "(select string_agg(key, ', ' order by key) from jsonb_each(after.said) as a join jsonb_each(before.said) as b "
        "using (key) where a.value is distinct from b.value) as columns "
        "from before full join after using (record_key) "
        "where before.said is distinct from after.said and ({dated})) "
        "select changed.record_key, changed.child_ref, changed.change, coalesce(changed.columns, ''), ("
        "select case when changed.change = 'deleted' then max(upper(_recorded)) else min(lower(_recorded)) end "
        "from raw.{raw} where _record_key = changed.record_key and case when changed.change = 'deleted' "
        "then upper(_recorded) <= {known_now} else lower(_recorded) > {known_then} and lower(_recorded) <= {known_now} "
        "end) from changed order by 1"
    ).format(
        **standing,
        dated=dated if table.dated_by else sql.SQL("true"),
        raw=sql.Identifier(table.raw_name),
        known_then=then.known_on,
        known_now=now.known_on,
    )
    rows = connection.execute(query, {"children": sorted(children)}).fetchall()
    return [Change(table.source, table.name, *row) for row in rows]


def out_of_window(
    connection: psycopg.Connection, then: Build, now: Build, table: Table, children: Collection[str]
) -> list[Change]:
    """The records of the children that the extract has shown no longer since the first build, and that are read on.

    They left its window: nothing about them changed, and nobody should take their absence for a deletion.
    """
    standing = _staged(connection, now, table, f"stg_{table.source}__{table.name}")
    if standing is None:
        return []
    query = sql.SQL(
        "with standing as ({standing}) select s.record_key, s.child_ref, max(upper(r._recorded)) from standing as s "
        "inner join {staging}.{staged} as t on t._record_key = s.record_key and not t._held "
        "inner join raw.{raw} as r on r._record_key = s.record_key and lower(r._recorded) <= {known_now} "
        "group by s.record_key, s.child_ref "
        "having not bool_or(r._recorded @> {known_now}) and max(upper(r._recorded)) > {known_then} order by 1"
    ).format(
        standing=standing,
        staging=sql.Identifier(now.schema("staging")),
        staged=sql.Identifier(f"stg_{table.source}__{table.name}"),
        raw=sql.Identifier(table.raw_name),
        known_then=then.known_on,
        known_now=now.known_on,
    )
    rows = connection.execute(query, {"children": sorted(children)}).fetchall()
    return [Change(table.source, table.name, key, child, OUT_OF_WINDOW, "", day) for key, child, day in rows]


def _staged(connection: psycopg.Connection, build: Build, table: Table, staged: str) -> sql.Composed | None:
    """A build's records of a table that are of the children asked for; None where no model reads the table."""
    schema = sql.Identifier(build.schema("staging"))
    if connection.execute("select to_regclass(%s)", (f"{build.schema('staging')}.{staged}",)).fetchone()[0] is None:
        return None
    values = sql.SQL("to_jsonb(r) - '_slice' - '_held' - '_record_key'")
    if table.person:
        return sql.SQL(
            "select _record_key as record_key, {person}::text as child_ref, {values} as said "
            "from {schema}.{staged} as r where {person} = any(%(children)s)"
        ).format(person=sql.Identifier(table.person), values=values, schema=schema, staged=sql.Identifier(staged))
    if table.belongs_to is None:
        return None
    owner = source(table.source).table(table.belongs_to.table)
    return sql.SQL(
        "select r._record_key as record_key, o.child_ref, {values} as said from {schema}.{staged} as r "
        "inner join (select distinct {of} as id, {person}::text as child_ref from {schema}.{owner} "
        "where {person} = any(%(children)s)) as o on r.{column} = o.id"
    ).format(
        values=values,
        schema=schema,
        staged=sql.Identifier(staged),
        of=sql.Identifier(table.belongs_to.of),
        person=sql.Identifier(owner.person),
        owner=sql.Identifier(f"stg_{owner.source}__{owner.name}"),
        column=sql.Identifier(table.belongs_to.column),
    )
