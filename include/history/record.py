"""Record a landed batch in history: a pure function of the batches, whatever their order, repetition, interruption.

A batch of date d speaks for its slice from d to the next batch of that slice. Versions that are not in it lose that
period, versions in it gain it, and what is unchanged is not written.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import psycopg

from include.contract.model import source
from include.contract.relations import landing_dropped
from include.history import ledger
from include.history.between_years import hold_against_year_before
from include.history.merge import Period, give_back_table, merge_failures, merge_held, merge_table
from include.history.periods import Spoken, keep_spoken
from include.landing.land import ensure_landed
from include.warehouse.connection import Role, advisory_lock, connect

log = logging.getLogger(__name__)


class ControlTotalError(Exception):
    """Records delivered are not records recorded + quarantined + exact duplicates: a defect, never data."""


def record_night(run_date: date) -> list[str]:
    """Record every batch that gate 1 let pass for the night of `run_date`; returns one line per batch."""
    with connect(Role.LOADER, "reading the ledger") as connection:
        waiting = ledger.pending(connection, run_date, ("passed",))
    return record_batches(waiting)


def record_batches(entries: Iterable[ledger.Entry]) -> list[str]:
    """Record batches that have passed gate 1, one transaction each; returns one line per batch."""
    lines = []
    for entry in entries:
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
        period = speaks_for(connection, entry)
        of_table = speaks_for_by_table(connection, entry)
        written, quarantined = merge_held(connection, entry, period)
        delivered = {file["table"] for file in entry.files}
        for table in source(entry.source).tables:
            if table.name not in delivered:
                # an earlier delivery of the same batch may have had it
                written += give_back_table(connection, table, of_table[table.name])
        files = []
        for file in entry.files:
            table = source(entry.source).table(file["table"])
            totals = merge_table(connection, entry, table, of_table[table.name])
            totals |= quarantined.get(file["table"], {"quarantined": 0, "keyless": 0})
            accounted = totals["recorded"] + totals["quarantined"] + totals["duplicates"]
            if accounted != file["records"]:
                raise ControlTotalError(
                    f"{entry.label} {file['file']}: {file['records']} delivered, {accounted} accounted for"
                )
            written += totals.pop("written")
            files.append(file | totals)
        merge_failures(connection, entry, of_table)
        done = replace(
            entry,
            state="recorded",
            files=files,
            quarantined=sum(file["quarantined"] for file in files),
            duplicates=sum(file["duplicates"] for file in files),
            keyless=sum(file["keyless"] for file in files),
        )
        ledger.append(connection, done)
        told = keep_spoken(connection, entry.source)
        hold_against_year_before(connection, entry.source, entry.slice)
        drop_landing(connection, entry)
    return (
        f"{entry.label}: recorded {sum(file['recorded'] for file in files)} of {entry.record_count} records, "
        f"{done.quarantined} quarantined, {done.duplicates} exact duplicates; {written} versions written"
        + _not_read(told, entry)
    )


def speaks_for(connection: psycopg.Connection, entry: ledger.Entry) -> Period:
    """The period a batch speaks for: from its date to the next standing batch of its slice."""
    until = connection.execute(
        "select min(batch_date) from ops.batch_standing where source = %s and slice = %s and batch_date > %s",
        (entry.source, entry.slice, entry.batch_date),
    ).fetchone()[0]
    return Period(entry.slice, entry.batch_date, until)


def speaks_for_by_table(connection: psycopg.Connection, entry: ledger.Entry) -> dict[str, Period]:
    """By table, the period for which a batch speaks of it: to the next standing batch that has a file of it.

    A batch without a file of a table says nothing of it, so what the one before said goes on.
    """
    until = dict(
        connection.execute(
            "select table_name, min(batch_date) from ops.batch_table "
            "where source = %s and slice = %s and batch_date > %s group by table_name",
            (entry.source, entry.slice, entry.batch_date),
        ).fetchall()
    )
    return {
        table.name: Period(entry.slice, entry.batch_date, until.get(table.name))
        for table in source(entry.source).tables
    }


def drop_landing(connection: psycopg.Connection, entry: ledger.Entry) -> None:
    """Drop what a batch has in landing: its tables, their views, its failing records."""
    for statement in landing_dropped(source(entry.source), entry.batch_id):
        connection.execute(statement)


def _not_read(told: Spoken, entry: ledger.Entry) -> str:
    in_the_way = told.refused.get((entry.slice, entry.batch_date))
    if in_the_way is None:
        return ""
    log.error("%s: its period partly overlaps %s, delivered before: it is not read", entry.label, in_the_way)
    return (
        f"; not read: its period partly overlaps {in_the_way}, delivered before. Deliver a period that contains both, "
        "or withdraw one of them"
    )
