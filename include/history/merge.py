"""The SQL of recorded history: give a period to what a batch says, take it from what it doesn't, write nothing else.

Every statement stands in the transaction of the caller, under its source's lock.
"""

from dataclasses import dataclass
from datetime import date

import psycopg

from include.contract import expressions
from include.contract.model import Table
from include.contract.relations import landing_name, typed_name
from include.history import ledger


@dataclass(frozen=True)
class Period:
    """The days [first, until) for which a batch of a slice speaks; until None: it is the newest of its slice."""

    slice: str
    first: date
    until: date | None

    @property
    def values(self) -> dict:
        """Parameters of the statements below."""
        return {"slice": self.slice, "from": self.first, "until": self.until}


DAYS = "daterange(%(from)s, %(until)s)"


def merge_table(connection: psycopg.Connection, entry: ledger.Entry, table: Table, period: Period) -> dict:
    """Merge one landed table of a batch into its history; returns what became of its records.

    Keys: recorded, duplicates (records) and written (rows of history).
    """
    typed = f"landing.{typed_name(table, entry.batch_id)}"
    columns = [column.name for column in table.recorded_columns]
    normal = ", ".join(f"{expressions.normal_name(column)} as {column.name}" for column in table.recorded_columns)
    named = ", ".join(columns)
    raw = f"raw.{table.raw_name}"
    usable = (
        f"not exists (select from landing.failure_{entry.batch_id} as f where f.quarantines "
        "and f.table_name = %s and f.file = v._file and f.record = v._record)"
    )
    landed = connection.execute(
        f"select count(*) from landing.{landing_name(table, entry.batch_id)} as v where {usable}", (table.name,)
    ).fetchone()[0]
    connection.execute("drop table if exists pg_temp.incoming")
    # in the order of the primary key: its index grows at one place after another, in half the time
    recorded = connection.execute(
        "create temporary table incoming on commit drop as select distinct on (_record_key, _version) "
        f"_record_key, _version, {normal} from {typed} as v where {usable} order by _record_key, _version",
        (table.name,),
    ).rowcount
    connection.execute("analyze incoming")
    lost, emptied = connection.execute(
        f"with lost as (update {raw} as r set _recorded = r._recorded - datemultirange({DAYS}) "
        f"where r._slice = %(slice)s and r._recorded && {DAYS} and not exists "
        "(select from incoming as i where i._record_key = r._record_key and i._version = r._version) "
        "returning isempty(r._recorded) as emptied) "
        "select count(*), count(*) filter (where emptied) from lost",
        period.values,
    ).fetchone()
    if emptied:
        connection.execute(f"delete from {raw} where _slice = %(slice)s and isempty(_recorded)", period.values)
    gained = connection.execute(
        f"merge into {raw} as r using incoming as i "
        "on r._slice = %(slice)s and r._record_key = i._record_key and r._version = i._version "
        f"when matched and not r._recorded @> {DAYS} then update set _recorded = r._recorded + datemultirange({DAYS}) "
        f"when not matched then insert (_slice, _record_key, _version, _recorded, {named}) "
        f"values (%(slice)s, i._record_key, i._version, datemultirange({DAYS}), "
        f"{', '.join(f'i.{name}' for name in columns)})",
        period.values,
    ).rowcount
    return {"recorded": recorded, "duplicates": landed - recorded, "written": lost + gained}


def merge_held(connection: psycopg.Connection, entry: ledger.Entry, period: Period) -> tuple[int, dict]:
    """Merge the keys a batch quarantined, of all its tables, as the versions are merged.

    Returns how many rows were written, and by table how many records were quarantined and how many of them are keyless.
    """
    of_source = period.values | {"source": entry.source}
    connection.execute(
        "create temporary table quarantined on commit drop as "
        "select table_name, record_key, count(distinct (file, record)) as records "
        f"from landing.failure_{entry.batch_id} where quarantines group by table_name, record_key"
    )
    lost = connection.execute(
        f"update raw.held_key as h set recorded = h.recorded - datemultirange({DAYS}) "
        f"where h.source = %(source)s and h.slice = %(slice)s and h.recorded && {DAYS} and not exists "
        "(select from quarantined as q where q.table_name = h.table_name and q.record_key = h.record_key)",
        of_source,
    ).rowcount
    if lost:
        connection.execute("delete from raw.held_key where isempty(recorded)")
    gained = connection.execute(
        "insert into raw.held_key as h (source, table_name, slice, record_key, recorded) "
        f"select %(source)s, q.table_name, %(slice)s, q.record_key, datemultirange({DAYS}) "
        "from quarantined as q where q.record_key is not null "
        "on conflict (source, table_name, slice, record_key) do update set recorded = h.recorded + excluded.recorded "
        "where not h.recorded @> excluded.recorded",
        of_source,
    ).rowcount
    counts = connection.execute(
        "select table_name, sum(records)::bigint, coalesce(sum(records) filter (where record_key is null), 0)::bigint "
        "from quarantined group by table_name"
    ).fetchall()
    by_table = {table: {"quarantined": records, "keyless": keyless} for table, records, keyless in counts}
    return lost + gained, by_table


def merge_failures(connection: psycopg.Connection, entry: ledger.Entry, of_table: dict[str, Period]) -> None:
    """Merge a batch's failing records into quality.failure, with the nights on which they failed.

    `of_table`: by table, the period for which the batch speaks of it. Of a table that it has no file of it says
    nothing: what failed there goes on failing, as the records stand on.
    """
    delivered = list(dict.fromkeys(file["table"] for file in entry.files))
    values = {
        "source": entry.source,
        "slice": entry.slice,
        "files": [file["file"] for file in entry.files],
        "tables": delivered,
        "from": entry.batch_date,
        "until": [of_table[name].until for name in delivered],
    }
    spoken = (
        "(select t.table_name, daterange(%(from)s, t.until) as days "
        "from unnest(%(tables)s::text[], %(until)s::date[]) as t (table_name, until)) as spoken"
    )
    connection.execute(
        "create temporary table failing on commit drop as select distinct on "
        "(rule_id, table_name, record_key, column_name, file_name, record) * from ("
        "select rule_id, table_name, coalesce(record_key, '') as record_key, column_name, severity, person, "
        f"(%(files)s::text[])[file + 1] as file_name, record from landing.failure_{entry.batch_id}) as named",
        values,
    )
    matched = (
        "f.rule_id = k.rule_id and f.table_name = k.table_name and f.record_key = k.record_key "
        "and f.column_name = k.column_name and f.file_name = k.file_name and f.record = k.record_number"
    )
    connection.execute(
        f"update quality.failure as k set nights = k.nights - datemultirange(spoken.days) from {spoken} "
        "where k.source = %(source)s and k.slice = %(slice)s and k.table_name = spoken.table_name "
        "and k.nights && spoken.days "
        f"and not exists (select from failing as f where {matched})",
        values,
    )
    connection.execute(
        "delete from quality.failure where source = %(source)s and slice = %(slice)s and isempty(nights)",
        values,
    )
    connection.execute(
        "insert into quality.failure as k (rule_id, source, table_name, slice, record_key, column_name, severity, "
        "person, file_name, record_number, nights) select f.rule_id, %(source)s, f.table_name, %(slice)s, "
        "f.record_key, f.column_name, f.severity, f.person, f.file_name, f.record, "
        f"datemultirange(spoken.days) from failing as f inner join {spoken} on spoken.table_name = f.table_name "
        "on conflict (rule_id, source, table_name, slice, record_key, column_name, file_name, record_number) "
        "do update set nights = k.nights + excluded.nights, severity = excluded.severity, person = excluded.person "
        "where not k.nights @> excluded.nights",
        values,
    )
    for name, period in of_table.items():
        if name not in delivered:
            # an earlier delivery of the same batch may have had it
            give_back_failures(connection, entry.source, name, period)


def give_back_table(connection: psycopg.Connection, table: Table, period: Period) -> int:
    """Give the versions of a table back to the batch before, for a period; returns rows written.

    What the batch before said until the eve of the period, it says on; without one, nobody says anything.
    """
    return _give_back(connection, f"raw.{table.raw_name}", "_recorded", "_slice = %(slice)s", period.values)


def give_back_held(connection: psycopg.Connection, source_name: str, period: Period) -> int:
    """Give the held keys of a source back to the batch before, for a period; returns rows written."""
    where, values = "source = %(source)s and slice = %(slice)s", period.values | {"source": source_name}
    return _give_back(connection, "raw.held_key", "recorded", where, values)


def give_back_failures(connection: psycopg.Connection, source_name: str, table_name: str, period: Period) -> int:
    """Give the failing records of a table back to the batch before, for a period; returns rows written."""
    where = "source = %(source)s and slice = %(slice)s and table_name = %(table)s"
    values = period.values | {"source": source_name, "table": table_name}
    return _give_back(connection, "quality.failure", "nights", where, values)


def _give_back(connection: psycopg.Connection, relation: str, days: str, where: str, values: dict) -> int:
    # the batch before spoke until the eve, and no batch speaks before the first
    on_the_eve = f"{days} @> (%(from)s::date - 1)"
    written = connection.execute(
        f"update {relation} set {days} = case when {on_the_eve} then {days} + datemultirange({DAYS}) "
        f"else {days} - datemultirange({DAYS}) end where {where} and "
        f"({on_the_eve} and not {days} @> {DAYS} or not {on_the_eve} and {days} && {DAYS})",
        values,
    ).rowcount
    connection.execute(f"delete from {relation} where {where} and isempty({days})", values)
    return written
