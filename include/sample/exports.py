"""Write the sample authority's exports into a drop folder, as the case system, the registers and MOMO would."""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import yaml

from include.contract.model import STAGING, Table, source
from include.feeds.batches import MANIFEST
from include.sample.authority import Authority, sample_authority
from include.sample.days import add_months, day
from include.sample.dialects import DIALECTS, Dialect
from include.sample.fault_list import faults
from include.sample.faults import Fault, Planted, listed, plant
from include.sample.targets import FIRST_NIGHT, LAST_NIGHT
from include.sample.texts import as_frame, as_texts, csv_bytes, from_frame
from include.sample.voice import STATEMENT_PREFIX

DEFAULT_NIGHTS = (date(2026, 3, 30), date(2026, 3, 31))
DEFAULT_SEED, DEFAULT_SIZE = 391, 0.15
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
    `<drop_folder>/<source>/<night>.faults.csv`: table, key, field, fault. The same arguments give the same bytes, and a
    night the same ones whatever other nights are written. A batch appears whole: it is written beside its place and
    then renamed; one that is there already with the same bytes is left alone, another is replaced. `say` gets a line a
    night. Returns the folders of the batches.

    Raises ValueError for a size, profile, night or fault that the sample authority doesn't have.
    """
    chosen = faults(fault_names)
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
            slice_ = _slice(name, night, monthly)
            contents, manifest, planted = _batch(authority, name, night, slice_, DIALECTS[profile], chosen)
            folder = drop_folder / name / night.isoformat()
            _deliver(folder, contents | {MANIFEST: _manifest(name, night, slice_, manifest)})
            _list_faults(folder, planted)
            folders.append(folder)
        say(f"night {night} written ({number} of {len(nights)})")
    return folders


def windows() -> dict[str, tuple[str, int]]:
    """Tables of which an extract shows the last years only, by full name: the column that decides, and how many."""
    found = {}
    for name in SOURCES:
        contract = yaml.safe_load((STAGING / name / f"_{name}__sources.yml").read_text(encoding="utf-8"))
        for table in contract["sources"][0]["tables"]:
            window = table["config"]["meta"].get("window")
            if window:
                found[f"{name}.{table['name']}"] = (window["date"], int(window["years"]))
    return found


def _slice(source_name: str, night: date, monthly: bool) -> dict[str, str]:
    """What a batch speaks for, as its manifest says it."""
    if source(source_name).slice != "period":
        return {"kind": "all"}
    after = night + timedelta(days=1)
    begins = night.replace(day=1) if monthly or after.day == 1 else night
    return {"kind": "period", "from": begins.isoformat(), "to": after.isoformat()}


def _batch(
    authority: Authority,
    source_name: str,
    night: date,
    slice_: dict[str, str],
    dialect: Dialect,
    chosen: Sequence[Fault],
) -> tuple[dict[str, bytes], dict[str, tuple[int, bytes]], list[Planted]]:
    """The files of a batch by name, what its manifest promises of each (records, content), and the faults in it."""
    dialect = dialect if source_name == "ssd" else DIALECTS["standard"]
    tables = {table.full_name: table for table in source(source_name).tables}
    texts = {name: _texts(authority, table, night, slice_, dialect) for name, table in tables.items()}
    mine = [fault for fault in chosen if fault.table in tables]
    planted: list[Planted] = []
    if any(fault.change for fault in mine):
        frames = {name: as_frame(table) for name, table in texts.items()}
        planted = plant(mine, tables, frames, night.isoformat())
        texts |= {fault.table: from_frame(frames[fault.table]) for fault in mine if fault.change}
    contents, promised = {}, {}
    for name, table in tables.items():
        content = csv_bytes(texts[name], dialect)
        file = file_of(table)
        contents[file], promised[file] = content, (texts[name].num_rows, content)
        for fault in mine:
            if fault.of_file is None or fault.table != name:
                continue
            eve = night - timedelta(days=1)
            before = csv_bytes(_texts(authority, table, eve, _slice(source_name, eve, False), dialect), dialect)
            contents[file] = fault.of_file(contents[file], before)
            planted.append(Planted(name, "", "", fault.name))
            if not fault.unpromised:
                promised[file] = (max(contents[file].count(b"\n") - 1, 0), contents[file])
            if not contents[file]:
                del contents[file], promised[file]
    return contents, promised, planted


def _texts(authority: Authority, table: Table, night: date, slice_: dict[str, str], dialect: Dialect) -> pa.Table:
    """A table as the export of a night has it, all text."""
    on = day(night.isoformat())
    if table.source == "momo":
        columns = authority.statements(day(slice_["from"]), day(slice_["to"]) - 1, on)
        return as_texts(table, columns, STATEMENT_PREFIX, dialect)
    columns = authority.known_on(table.full_name, on, tuple(column.name for column in table.columns))
    if table.full_name in WINDOWS:
        column, years = WINDOWS[table.full_name]
        kept = columns[column] >= int(add_months(on, -12 * years))
        columns = {name: values[kept] for name, values in columns.items()}
    if table.source == "ssd":
        columns = dialect.changes(table.name, columns, on, authority)
    return as_texts(table, columns, authority.registers[table.full_name].prefixes, dialect)


def _list_faults(folder: Path, planted: Sequence[Planted]) -> None:
    """Write the list of planted faults beside a batch's folder; without any, take an old list away."""
    path = folder.with_name(f"{folder.name}.faults.csv")
    if planted:
        path.write_bytes(listed(planted))
    else:
        path.unlink(missing_ok=True)


WINDOWS = windows()


def _manifest(source_name: str, night: date, slice_: dict[str, str], promised: dict[str, tuple[int, bytes]]) -> bytes:
    manifest = {
        "source": source_name,
        "batch_date": night.isoformat(),
        "slice": slice_,
        "files": [
            {"file": name, "rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
            for name, (rows, content) in promised.items()
        ],
    }
    return (json.dumps(manifest, indent=2) + "\n").encode()


def _deliver(folder: Path, files: dict[str, bytes]) -> None:
    """Bring a batch's folder to these files, so that nobody ever finds half of them in it."""
    if folder.is_dir() and {path.name: path.read_bytes() for path in folder.iterdir()} == files:
        return
    unfinished, replaced = (folder.with_name(f".{folder.name}.{state}") for state in ("part", "replaced"))
    for left_behind in (unfinished, replaced):
        shutil.rmtree(left_behind, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, content in files.items():
        (unfinished / name).write_bytes(content)
    if folder.exists():
        folder.rename(replaced)
    unfinished.rename(folder)
    shutil.rmtree(replaced, ignore_errors=True)


def file_of(table: Table) -> str:
    """What a table's file is called."""
    return f"{table.raw_name if table.source == 'ssd' else table.name}.csv"
