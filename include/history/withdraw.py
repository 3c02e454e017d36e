"""Withdraw a batch that should never have come: its period goes back to the batch before it."""

import logging
from dataclasses import replace
from datetime import date

from include.contract.model import source
from include.history import ledger
from include.history.between_years import hold_against_year_before
from include.history.merge import give_back_failures, give_back_held, give_back_table
from include.history.periods import keep_spoken
from include.history.record import drop_landing, speaks_for, speaks_for_by_table
from include.warehouse.connection import Role, advisory_lock, connect

log = logging.getLogger(__name__)


def withdraw(source_name: str, batch_date: date, why: str, slice_: str | None = None) -> str:
    """Withdraw the batch of a source and date, in one transaction; returns a line that says what was done.

    `slice_` is needed where one delivery held several (two return years). History becomes what it would be had the
    batch never come. The same files are not landed again by a night: only `make land` brings them back. `why` stands
    in the ledger for good: no name belongs in it. Safe to run again. Raises NoSuchBatch naming what the ledger
    has of that date.
    """
    contract = source(source_name)
    with connect(Role.LOADER, f"withdrawing {source_name} {batch_date}") as connection:
        advisory_lock(connection, f"landing {source_name}")
        advisory_lock(connection, f"recording {source_name}")
        landed = ledger.of_date(connection, source_name, batch_date)
        found = [entry for entry in landed if slice_ in (None, entry.slice)]
        if len(found) != 1:
            known = ", ".join(entry.slice for entry in landed) or "none"
            raise ledger.NoSuchBatch(
                f"{source_name} {batch_date}: there is not one such batch; the ledger has the slices: {known}. "
                "Look with make batches, and name one with SLICE="
            )
        (latest,) = found
        standing = ledger.standing(connection, source_name, latest.slice, batch_date)
        if latest.state == "withdrawn":
            return f"{latest.label}: withdrawn already"
        written = 0
        if standing:
            of_table = speaks_for_by_table(connection, standing)
            written = give_back_held(connection, source_name, speaks_for(connection, standing))
            for table in contract.tables:
                written += give_back_table(connection, table, of_table[table.name])
                written += give_back_failures(connection, source_name, table.name, of_table[table.name])
        if latest.state in ledger.WAITING:
            drop_landing(connection, latest)
        ledger.append(connection, replace(latest, state="withdrawn", reason=why))
        keep_spoken(connection, source_name)
        hold_against_year_before(connection, source_name, latest.slice)
    line = f"{latest.label}: withdrawn, its period given back; {written} rows of history written"
    log.info("%s", line)
    return line
