"""Record a landed batch in history: a pure function of the batches, whatever their order, repetition, interruption.

A batch of date d speaks for its slice from d to the next batch of that slice. Versions that are not in it lose that
period, versions in it gain it, and what is unchanged is not written.
"""

import logging
from dataclasses import replace
from datetime import date

import psycopg

from include.contract import expressions
from include.contract.model import Table, source
from include.contract.relations import landing_dropped, landing_name
from include.history import ledger
from include.landing.land import ensure_landed
from include.warehouse.connection import Role, advisory_lock, connect

log = logging.getLogger(__name__)


class ControlTotalError(Exception):
    """Records delivered are not records recorded + quarantined + exact duplicates: a defect, never data."""


def record_night(run_date: date) -> list[str]:
    """Record every batch that gate 1 let pass for the night of `run_date`; returns one line per batch."""
    with connect(Role.LOADER, "reading the ledger") as connection:
        waiting = ledger.pending(connection, run_date, ("passed",))
    lines = []
    for entry in waiting:
        ensure_landed(entry)
        lines.append(record_batch(entry))
        log.info("%s", lines[-1])
    return lines


def record_batch(entry: ledger.Entry) -> str:
    """Record one batch, in one transaction under its source's lock; safe to call again.

    Raises ControlTotalError when a file's records don't add up, WarehouseError when the server refuses.
    """
    with connect(Role.LOADER, f"recording {entry.label}") as connection:
        advisory_lock(connection, f"recording {entry.source}")
        latest = ledger.latest(connection, entry.source, entry.slice, entry.batch_date)
        if latest is None or latest.batch_id != entry.batch_id or latest.state != "passed":
            return f"{entry.label}: nothing to record, its state is {latest.state if latest else 'unknown'}"
        until = _next_batch(connection, entry)
        files, written, keyless = [], 0, 0
        for file in entry.files:
            table = source(entry.source).table(file["table"])
            totals = _merge_table(connection, entry, table, until)
            accounted = totals["recorded"] + totals["quarantined"] + totals["duplicates"]
            if accounted != file["records"]:
                raise ControlTotalError(
                    f"{entry.label} {file['file']}: {file['records']} delivered, {accounted} accounted for"
                )
            written += totals.pop("written")
            keyless += totals.pop("keyless")
            files.append(file | totals)
        _merge_failures(connection, entry, until)
        done = replace(
            entry,
            state="recorded",
            files=files,
            quarantined=sum(file["quarantined"] for file in files),
            duplicates=sum(file["duplicates"] for file in files),
            keyless=keyless,
        )
        ledger.append(connection, done)
        for statement in landing_dropped(source(entry.source), entry.batch_id):
            connection.execute(statement)
        connection.execute(f"drop table if exists landing.failure_{entry.batch_id}")
    return (
        f"{entry.label}: recorded {sum(file['recorded'] for file in files)} of {entry.record_count} records, "
        f"{done.quarantined} quarantined, {done.duplicates} exact duplicates; {written} versions written"
    )


def _next_batch(connection: psycopg.Connection, entry: ledger.Entry) -> date | None:
    """Date of the next standing batch of the slice: there this batch stops speaking. None: it is the latest."""
    return connection.execute(
        "select min(batch_date) from ops.batch_standing where source = %s and slice = %s and batch_date > %s",
        (entry.source, entry.slice, entry.batch_date),
    ).fetchone()[0]


def _merge_table(connection: psycopg.Connection, entry: ledger.Entry, table: Table, until: date | None) -> dict:
    """Merge one table of a batch into its history; returns what became of its records."""
    period = {"slice": entry.slice, "from": entry.batch_date, "until": until}
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
    landed = connection.execute(
        f"create temporary table incoming on commit drop as select _record_key, _version, {normal}, "
        f"row_number() over (partition by _record_key, _version order by _file, _record) as _copy from {view} as v "
        "where not exists (select from quarantined as q where q._file = v._file and q._record = v._record)"
    ).rowcount
    duplicates = connection.execute("delete from incoming where _copy > 1").rowcount
    connection.execute("analyze incoming")
    lost = connection.execute(
        f"update {raw} as r set _recorded = r._recorded - datemultirange(daterange(%(from)s, %(until)s)) "
        "where r._slice = %(slice)s and r._recorded && daterange(%(from)s, %(until)s) and not exists "
        "(select from incoming as i where i._record_key = r._record_key and i._version = r._version)",
        period,
    ).rowcount
    if lost:
        connection.execute(f"delete from {raw} where _slice = %(slice)s and isempty(_recorded)", period)
    gained = connection.execute(
        f"insert into {raw} as r (_slice, _record_key, _version, _recorded, {named}) "
        f"select %(slice)s, i._record_key, i._version, datemultirange(daterange(%(from)s, %(until)s)), "
        f"{', '.join(f'i.{name}' for name in columns)} from incoming as i where not exists "
        f"(select from {raw} as k where k._slice = %(slice)s and k._record_key = i._record_key "
        "and k._version = i._version and k._recorded @> daterange(%(from)s, %(until)s)) "
        "on conflict (_slice, _record_key, _version) do update set _recorded = r._recorded + excluded._recorded",
        period,
    ).rowcount
    held = _merge_held(connection, table, period)
    quarantined, keyless = connection.execute(
        "select count(*), count(*) filter (where _record_key is null) from quarantined"
    ).fetchone()
    return {
        "recorded": landed - duplicates,
        "quarantined": quarantined,
        "duplicates": duplicates,
        "keyless": keyless,
        "written": lost + gained + held,
    }


def _merge_held(connection: psycopg.Connection, table: Table, period: dict) -> int:
    """Merge the keys a batch quarantined, as the versions are merged; returns how many rows were written."""
    of_table = period | {"source": table.source, "table": table.name}
    lost = connection.execute(
        "update raw.held_key as h set recorded = h.recorded - datemultirange(daterange(%(from)s, %(until)s)) "
        "where h.source = %(source)s and h.table_name = %(table)s and h.slice = %(slice)s "
        "and h.recorded && daterange(%(from)s, %(until)s) "
        "and not exists (select from quarantined as q where q._record_key = h.record_key)",
        of_table,
    ).rowcount
    if lost:
        connection.execute("delete from raw.held_key where isempty(recorded)")
    gained = connection.execute(
        "insert into raw.held_key as h (source, table_name, slice, record_key, recorded) "
        "select distinct %(source)s, %(table)s, %(slice)s, q._record_key, "
        "datemultirange(daterange(%(from)s, %(until)s)) from quarantined as q where q._record_key is not null "
        "and not exists (select from raw.held_key as k where k.source = %(source)s and k.table_name = %(table)s "
        "and k.slice = %(slice)s and k.record_key = q._record_key "
        "and k.recorded @> daterange(%(from)s, %(until)s)) "
        "on conflict (source, table_name, slice, record_key) do update set recorded = h.recorded + excluded.recorded",
        of_table,
    ).rowcount
    return lost + gained


def _merge_failures(connection: psycopg.Connection, entry: ledger.Entry, until: date | None) -> None:
    """Merge a batch's failing records into quality.failure, with the nights on which they failed."""
    values = {
        "source": entry.source,
        "slice": entry.slice,
        "from": entry.batch_date,
        "until": until,
        "files": [file["file"] for file in entry.files],
    }
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
        "update quality.failure as k set nights = k.nights - datemultirange(daterange(%(from)s, %(until)s)) "
        "where k.source = %(source)s and k.slice = %(slice)s and k.nights && daterange(%(from)s, %(until)s) "
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
        "datemultirange(daterange(%(from)s, %(until)s)) from failing as f "
        "on conflict (rule_id, source, table_name, slice, record_key, column_name, file_name, record_number) "
        "do update set nights = k.nights + excluded.nights, severity = excluded.severity, person = excluded.person "
        "where not k.nights @> excluded.nights",
        values,
    )
