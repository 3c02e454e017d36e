"""Let a story happen on a real warehouse: deliver, correct, withdraw, repeat and interrupt, in an order of arrival."""

import re
import shutil
from contextlib import suppress
from datetime import date

import pytest

from include.feeds.batches import find_batches
from include.history import ledger, record
from include.history.withdraw import withdraw
from include.landing.land import land_batch
from include.night import load_delivery
from include.quality.landing_gate import gate_batches
from tests.conftest import Warehouse
from tests.deliveries import deliver
from tests.oracle.stories import STATUS, slice_of

# a table that shrinks by half stops its batch: records that stay put keep it from it
FILLER = 10


def empty(warehouse: Warehouse) -> None:
    """Take out of a warehouse all that was ever delivered to it."""
    shutil.rmtree(warehouse.drop, ignore_errors=True)
    warehouse.drop.mkdir()
    with warehouse.connect() as connection:
        for (name,) in connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'landing'"
        ).fetchall():
            connection.execute(f"drop table {name} cascade")
        names = connection.execute(
            "select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables "
            "where schemaname in ('raw', 'quality') or schemaname = 'ops' and tablename ~ '^(batch|period)'"
        ).fetchone()[0]
        connection.execute(f"truncate {names}")


def _write(warehouse: Warehouse, slot, tables) -> None:
    source, part, day = slot
    shutil.rmtree(warehouse.drop / source / day.isoformat(), ignore_errors=True)
    rows, absent = {}, set()
    for study, records in tables.items():
        if records is None:
            absent.add(study.table)
            continue
        filler = [study.row(f"F{number}", ("",) * len(study.columns)) for number in range(FILLER)]
        if study is STATUS:
            filler = [row | {"lega_person_id": "F1"} for row in filler]
        rows[study.table] = filler + [
            study.row(key, tuple(_spelled(value, other) for value in version)) for key, version, other in records
        ]
    deliver(
        warehouse.drop,
        source,
        day,
        rows,
        year=part if source == "ssda903" else 2021,
        period=part if source == "momo" else None,
        absent=absent,
    )


def _spelled(value, other):
    """The same value as another system, or another night, would write it."""
    if not value or not other:
        return value
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    return f" {value}\u00a0"


def _land(warehouse, slot):
    return [land_batch(batch, by_hand=True) for batch in find_batches(warehouse.drop, slot[0], slot[2], warehouse.drop)]


def _waiting(warehouse: Warehouse, slot):
    with warehouse.connect() as connection:
        entry = ledger.latest(connection, slot[0], slice_of(slot), slot[2])
    return [entry] if entry.state == "landed" else []


class _Broken(Exception):
    pass


def _do(warehouse: Warehouse, slot, tables, how) -> bool:
    """Let one thing happen to a batch, in one of the ways; returns whether it was finished."""
    if tables is None:
        withdraw(slot[0], slot[2], "not ours", slice_of(slot))
        return True
    _write(warehouse, slot, tables)
    if how in ("landed", "gated", "emptied"):
        _land(warehouse, slot)
        if how != "landed":
            gate_batches(_waiting(warehouse, slot))
        if how != "emptied":
            return False
        # what a server that stopped at once leaves of unlogged tables
        with warehouse.connect() as connection:
            for (name,) in connection.execute(
                "select format('%I.%I', n.nspname, c.relname) from pg_class as c join pg_namespace as n "
                "on n.oid = c.relnamespace where n.nspname = 'landing' and c.relkind = 'r' and c.relpersistence = 'u'"
            ).fetchall():
                connection.execute(f"truncate {name}")
    if how == "broken":
        with pytest.MonkeyPatch.context() as patch:

            def stop(*_):
                raise _Broken

            # the last thing that recording does before it commits
            patch.setattr(record, "drop_landing", stop)
            with suppress(_Broken):
                load_delivery(slot[0], slot[2])
    load_delivery(slot[0], slot[2])
    if how == "twice":
        load_delivery(slot[0], slot[2])
    return True


def play(warehouse: Warehouse, happens, order) -> None:
    """All that happens, in one order of arrival; what was interrupted is finished in the end."""
    done = dict.fromkeys(happens, 0)
    unfinished = {}
    for slot, how in order:
        tables = happens[slot][done[slot]]
        done[slot] += 1
        unfinished.pop(slot, None)
        if not _do(warehouse, slot, tables, how):
            unfinished[slot] = tables
    for slot, tables in unfinished.items():
        _do(warehouse, slot, tables, "whole")
