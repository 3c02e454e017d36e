"""The SQL of recorded history: give a period to what a batch says, take it from what it doesn't, write nothing else.

Every statement stands in the transaction of the caller, under its source's lock.
"""

from dataclasses import dataclass
from datetime import date

import psycopg

from include.contract import expressions
from include.contract.model import Table
from include.contract.relations import landing_name
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

    Keys: recorded, quarantined, duplicates, keyless (records) and written (rows of history).
    """
    view = f"landing.{landing_name(table, entry.batch_id)}_typed"
    columns = [column.name for column in table.recorded_columns]
    normal = ", ".join(f"{expressions.normal_name(column)} as {column.name}" for column in table.recorded_columns)
    named = ", ".join(columns)
    raw = f"raw.{table.raw_name}"
    connection.execute("drop table if exists pg_temp.incoming, pg_temp.quarantined")
    connection.execute(
        f"create temporary table quarantined on commit drop as select distinct file as _file, record as _record, "
        f"record_key as _record_key from landing.failure_{entry.batch_id} where quarantines and table_name = %s",
        (table.name,),
    )
    # _said: has history this version for all of these days; null: it has never heard of it
    landed = connection.execute(
        "create temporary table incoming on commit drop as "
        f"select v._record_key, v._version, {normal}, r._recorded @> {DAYS} as _said from {view} as v "
        f"left join {raw} as r on r._slice = %(slice)s and r._record_key = v._record_key and r._version = v._version "
        "where not exists (select from quarantined as q where q._file = v._file and q._record = v._record)",
        period.values,
    ).rowcount
    connection.execute("analyze incoming")
    recorded = connection.execute(
        "select count(*) from (select from incoming group by _record_key, _version) as copies"
    ).fetchone()[0]
    lost = connection.execute(
        f"update {raw} as r set _recorded = r._recorded - datemultirange({DAYS}) "
        f"where r._slice = %(slice)s and r._recorded && {DAYS} and not exists "
        "(select from incoming as i where i._record_key = r._record_key and i._version = r._version)",
        period.values,
    ).rowcount
    if lost:
        connection.execute(f"delete from {raw} where _slice = %(slice)s and isempty(_recorded)", period.values)
    said_again = connection.execute(
        f"update {raw} as r set _recorded = r._recorded + datemultirange({DAYS}) from incoming as i where not i._said "
        "and r._slice = %(slice)s and r._record_key = i._record_key and r._version = i._version",
        period.values,
    ).rowcount
    # in the order of the primary key: its index grows at one place after another, in half the time
    new = connection.execute(
        f"insert into {raw} (_slice, _record_key, _version, _recorded, {named}) "
        "select distinct on (_record_key, _version) "
        f"%(slice)s, _record_key, _version, datemultirange({DAYS}), {named} from incoming "
        "where _said is null order by _record_key, _version",
        period.values,
    ).rowcount
    held = _merge_held(connection, table, period)
    quarantined, keyless = connection.execute(
        "select count(*), count(*) filter (where _record_key is null) from quarantined"
    ).fetchone()
    return {
        "recorded": recorded,
        "quarantined": quarantined,
        "duplicates": landed - recorded,
        "keyless": keyless,
        "written": lost + said_again + new + held,
    }


def _merge_held(connection: psycopg.Connection, table: Table, period: Period) -> int:
    """Merge the keys a batch quarantined, as the versions are merged; returns how many rows were written."""
    of_table = period.values | {"source": table.source, "table": table.name}
    lost = connection.execute(
        f"update raw.held_key as h set recorded = h.recorded - datemultirange({DAYS}) "
        "where h.source = %(source)s and h.table_name = %(table)s and h.slice = %(slice)s "
        f"and h.recorded && {DAYS} "
        "and not exists (select from quarantined as q where q._record_key = h.record_key)",
        of_table,
    ).rowcount
    if lost:
        connection.execute("delete from raw.held_key where isempty(recorded)")
    gained = connection.execute(
        "insert into raw.held_key as h (source, table_name, slice, record_key, recorded) "
        "select distinct %(source)s, %(table)s, %(slice)s, q._record_key, "
        f"datemultirange({DAYS}) from quarantined as q where q._record_key is not null "
        "and not exists (select from raw.held_key as k where k.source = %(source)s and k.table_name = %(table)s "
        "and k.slice = %(slice)s and k.record_key = q._record_key "
        f"and k.recorded @> {DAYS}) "
        "on conflict (source, table_name, slice, record_key) do update set recorded = h.recorded + excluded.recorded",
        of_table,
    ).rowcount
    return lost + gained


def merge_failures(connection: psycopg.Connection, entry: ledger.Entry, period: Period) -> None:
    """Merge a batch's failing records into quality.failure, with the nights on which they failed."""
    values = period.values | {"source": entry.source, "files": [file["file"] for file in entry.files]}
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
        f"update quality.failure as k set nights = k.nights - datemultirange({DAYS}) "
        f"where k.source = %(source)s and k.slice = %(slice)s and k.nights && {DAYS} "
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
        f"datemultirange({DAYS}) from failing as f "
        "on conflict (rule_id, source, table_name, slice, record_key, column_name, file_name, record_number) "
        "do update set nights = k.nights + excluded.nights, severity = excluded.severity, person = excluded.person "
        "where not k.nights @> excluded.nights",
        values,
    )


def give_back(connection: psycopg.Connection, source_name: str, tables: tuple[Table, ...], period: Period) -> int:
    """Give a period back to the batch of the slice before it, as if its own had never come; returns rows written.

    What the batch before said until the eve of the period, it says on; without one, nobody says anything.
    """
    written = 0
    of_source = period.values | {"source": source_name}
    for relation, days, where in (
        *((f"raw.{table.raw_name}", "_recorded", "_slice = %(slice)s") for table in tables),
        ("raw.held_key", "recorded", "source = %(source)s and slice = %(slice)s"),
        ("quality.failure", "nights", "source = %(source)s and slice = %(slice)s"),
    ):
        # the batch before spoke until the eve, and no batch speaks before the first
        on_the_eve = f"{days} @> (%(from)s::date - 1)"
        written += connection.execute(
            f"update {relation} set {days} = case when {on_the_eve} then {days} + datemultirange({DAYS}) "
            f"else {days} - datemultirange({DAYS}) end where {where} and "
            f"({on_the_eve} and not {days} @> {DAYS} or not {on_the_eve} and {days} && {DAYS})",
            of_source,
        ).rowcount
        connection.execute(f"delete from {relation} where {where} and isempty({days})", of_source)
    return written
