"""Write the sample authority's exports into a drop folder, as the case system, the registers and MOMO would."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from include.contract.model import Table, source
from include.feeds.batches import MANIFEST
from include.sample.authority import Authority, Columns, sample_authority
from include.sample.days import add_months, day
from include.sample.faults.fault_list import faults
from include.sample.faults.planting import Fault, Planted, listed, plant
from include.sample.service.voice import STATEMENT_PREFIX
from include.sample.targets import FIRST_NIGHT, LAST_NIGHT
from include.sample.writing.dialects import DIALECTS, Dialect
from include.sample.writing.folders import deliver, manifest
from include.sample.writing.texts import as_frame, as_texts, csv_blocks, frame_bytes

DEFAULT_NIGHTS = (date(2026, 3, 30), date(2026, 3, 31))
DEFAULT_SEED, DEFAULT_SIZE = 391, 0.05
DEMONSTRATED_FAULTS = ("impossible_date", "overlapping_statuses", "placement_type_unknown")
"""What `make run` has in its exports, so that there is something to be put right: each is only a warning."""
SOURCES = ("ssd", "cssu", "momo")

Say = Callable[[str], None]


def write_exports(
    drop_folder: Path,
    nights: Sequence[date],
    *,
    seed: int = DEFAULT_SEED,
    size: float = DEFAULT_SIZE,
    profile: str = "standard",
    monthly: bool = False,
    fault_names: Sequence[str] = (),
    say: Say = lambda line: None,
) -> list[Path]:
    """Write the batches of every night: `<drop_folder>/<source>/<night>/`, CSV files and their manifest.

    SIZE 1.0 is Newcastle's size. `profile` is the case system behind the ssd extract (include/contract/profiles). MOMO
    delivers the statements of the day, on the last night of a month (with `monthly` on every night) those of the month.
    Faults (fault_list.py, `all` for every one of a record) are planted in every night and listed beside the batch, in
    `<drop_folder>/<source>/<night>.faults.csv`: table, key, field, fault. The same arguments and the same day of the
    annual report (setting `annual_report_known_on`) give the same bytes, and a night the same ones whatever other
    nights are written. A batch appears whole: it is written beside its place and then renamed; one that is there
    already with the same bytes is left alone, another is replaced. `say` gets a line a night. Returns the folders of
    the batches.

    Raises ValueError for a size, profile, night, fault or day of the report that the sample authority doesn't have.
    """
    chosen = tuple(faults(fault_names))
    if profile not in DIALECTS:
        raise ValueError(f"PROFILE={profile}: the sample authority knows {', '.join(DIALECTS)}")
    if chosen and profile != "standard":
        raise ValueError(f"FAULTS with PROFILE={profile}: faults are planted in the standard extract")
    for night in nights:
        if not FIRST_NIGHT <= day(night.isoformat()) <= LAST_NIGHT:
            raise ValueError(f"night {night}: the sample authority exports nights from 2017-04-01 to 2031-12-31")
    if not nights:
        raise ValueError("no night to export: FROM must not lie after TO")
    authority = sample_authority(seed, size, max(day(night.isoformat()) for night in nights))
    folders = []
    for number, night in enumerate(nights, 1):
        for name in SOURCES:
            dialect = DIALECTS[profile if name == "ssd" else "standard"]
            batch = _Batch(authority, name, night, _slice(name, night, monthly), dialect, chosen)
            folder = drop_folder / name / night.isoformat()
            _deliver(batch, folder)
            folders.append(folder)
        say(f"night {night} written ({number} of {len(nights)})")
    return folders


def _slice(source_name: str, night: date, monthly: bool) -> dict[str, str]:
    """What a batch speaks for, as its manifest says it."""
    if source(source_name).slice != "period":
        return {"kind": "all"}
    after = night + timedelta(days=1)
    begins = night.replace(day=1) if monthly or after.day == 1 else night
    return {"kind": "period", "from": begins.isoformat(), "to": after.isoformat()}


@dataclass(frozen=True)
class _Batch:
    """A batch to be written: whose, which night's, what it speaks for, how, and with which faults."""

    authority: Authority
    source_name: str
    night: date
    slice: dict[str, str]
    dialect: Dialect
    faults: tuple[Fault, ...]

    @property
    def tables(self) -> dict[str, Table]:
        """The source's tables by full name."""
        return {table.full_name: table for table in source(self.source_name).tables}


def _write(batch: _Batch, folder: Path) -> list[Planted]:
    """Write a batch's files and manifest into a folder; returns the faults in it."""
    planted, changed = _with_faults(batch)
    promised = {}
    for name, table in batch.tables.items():
        path, digest = folder / file_of(table), hashlib.sha256()
        if name in changed:
            contents, records = changed[name]
            if contents.written:
                path.write_bytes(contents.written)
            if contents.promised:
                promised[path.name] = (records, hashlib.sha256(contents.promised).hexdigest())
            continue
        columns, prefixes = _columns(batch, table, batch.night, batch.slice)
        with path.open("wb") as file:
            for block in csv_blocks(table, columns, prefixes, batch.dialect):
                file.write(block)
                digest.update(block)
        promised[path.name] = (max((len(values) for values in columns.values()), default=0), digest.hexdigest())
    (folder / MANIFEST).write_bytes(manifest(batch.source_name, batch.night.isoformat(), batch.slice, promised))
    return planted


@dataclass(frozen=True)
class _Contents:
    """What a file holds, and what the manifest promises of it."""

    written: bytes
    promised: bytes


def _with_faults(batch: _Batch) -> tuple[list[Planted], dict[str, tuple[_Contents, int]]]:
    """The faults in a batch, and the files that have one, by table: contents and how many records are promised."""
    tables = batch.tables
    mine = [fault for fault in batch.faults if fault.table in tables]
    if not mine:
        return [], {}
    frames = {name: _frame(batch, table) for name, table in tables.items()}
    planted = plant(mine, tables, frames, batch.night.isoformat())
    changed = {}
    for name in dict.fromkeys(fault.table for fault in mine):
        written = promised = frame_bytes(frames[name], batch.dialect)
        records = len(frames[name])
        for fault in mine:
            if fault.of_file and fault.table == name:
                written = fault.of_file(written, _bytes_of_the_night_before(batch, tables[name]))
                planted.append(Planted(name, "", "", fault.name))
                if not fault.unpromised:
                    promised, records = written, max(written.count(b"\n") - 1, 0)
        changed[name] = (_Contents(written, promised), records)
    return planted, changed


def _frame(batch: _Batch, table: Table) -> pd.DataFrame:
    columns, prefixes = _columns(batch, table, batch.night, batch.slice)
    return as_frame(as_texts(table, columns, prefixes, batch.dialect))


def _bytes_of_the_night_before(batch: _Batch, table: Table) -> bytes:
    eve = batch.night - timedelta(days=1)
    columns, prefixes = _columns(batch, table, eve, _slice(batch.source_name, eve, False))
    return b"".join(csv_blocks(table, columns, prefixes, batch.dialect))


def _columns(batch: _Batch, table: Table, night: date, slice_: dict[str, str]) -> tuple[Columns, Mapping[str, str]]:
    """A table's columns as the export of a night has them, and what stands before its ids."""
    on, authority = day(night.isoformat()), batch.authority
    if table.source == "momo":
        return authority.statements(day(slice_["from"]), day(slice_["to"]) - 1, on), STATEMENT_PREFIX
    columns = authority.known_on(table.full_name, on, tuple(column.name for column in table.columns))
    columns = within_window(table, columns, on)
    if table.source == "ssd":
        columns = batch.dialect.changes(table.name, columns, on, authority.registers)
    return columns, authority.registers[table.full_name].prefixes


def _list_faults(folder: Path, planted: Sequence[Planted]) -> None:
    """Write the list of planted faults beside a batch's folder; without any, take an old list away."""
    path = folder.with_name(f"{folder.name}.faults.csv")
    if planted:
        path.write_bytes(listed(planted))
    else:
        path.unlink(missing_ok=True)


def within_window(table: Table, columns: Columns, night: int) -> Columns:
    """Those of a table's records that an extract of the night shows: of some tables the last years only."""
    if table.window is None:
        return columns
    kept = columns[table.window.date] >= int(add_months(night, -12 * int(table.window.years)))
    return {name: values[kept] for name, values in columns.items()}


def _deliver(batch: _Batch, folder: Path) -> None:
    """Bring a batch's folder to its files, and the list beside it to the faults in them."""
    _list_faults(folder, deliver(folder, lambda unfinished: _write(batch, unfinished)))


def file_of(table: Table) -> str:
    """What a table's file is called."""
    return f"{table.raw_name if table.source == 'ssd' else table.name}.csv"
