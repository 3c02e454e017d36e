"""Write the sample authority's exports into a drop folder, as the case system, the registers and MOMO would."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from include.contract.model import Column, Table, source
from include.feeds.batches import MANIFEST
from include.sample.authority import sample_authority
from include.sample.days import FIRST_NIGHT, HORIZON
from include.sample.faults import add_faults

DEFAULT_NIGHTS = (date(2026, 3, 30), date(2026, 3, 31))
SOURCES = ("ssd", "cssu", "momo")

_DAY = "%Y-%m-%d"
_MOMENT = "%Y-%m-%d %H:%M:%S"
_WITH_MIDNIGHT = "ssd.cla_visits"  # some extracts write every day as a moment


def write_exports(drop_folder: Path, nights: Sequence[date], *, seed: int = 391, children: int = 150) -> list[Path]:
    """Write the batches of every night: `<drop_folder>/<source>/<night>/`, CSV files and their manifest.

    `children` were ever in care, about two thirds of them are at the end of March 2026. The same arguments give the
    same bytes. A batch appears whole: it is written beside its place and then renamed; one that is there already with
    the same bytes is left alone, another is replaced. Returns the folders of the batches.

    Raises ValueError for fewer than 150 children and for a night outside January 2020 to April 2026.
    """
    for night in nights:
        if not FIRST_NIGHT <= np.datetime64(night) < HORIZON:
            raise ValueError(
                f"night {night}: the sample authority exports nights from {FIRST_NIGHT} to before {HORIZON}"
            )
    authority = sample_authority(seed, children)
    folders = []
    for night in nights:
        known = authority.known_on(np.datetime64(night))
        tables = {name: source(name).tables for name in SOURCES}
        texts = {
            # of what is not made up, a header alone
            table.full_name: _texts(known.get(table.full_name, pd.DataFrame()), table)
            for of_source in tables.values()
            for table in of_source
        }
        add_faults(texts)
        for name, of_source in tables.items():
            files = {_file_name(table): _csv(texts[table.full_name]) for table in of_source}
            rows = {_file_name(table): len(texts[table.full_name]) for table in of_source}
            folder = drop_folder / name / night.isoformat()
            _deliver(folder, files | {MANIFEST: _manifest(name, night, files, rows)})
            folders.append(folder)
    return folders


def _texts(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The table as its file shows it: the contract's columns as texts, in the order of the key."""
    day = _MOMENT if table.full_name == _WITH_MIDNIGHT else _DAY
    texts = pd.DataFrame(
        {column.name: _text(rows[column.name], column, day) if column.name in rows else "" for column in table.columns},
        index=rows.index,
    )
    return texts.sort_values([*table.key, *table.stand_in_key], ignore_index=True)


def _text(values: pd.Series, column: Column, day: str) -> pd.Series:
    if column.data_type in ("date", "timestamp"):
        values = pd.to_datetime(values).dt.strftime(day if column.data_type == "date" else _MOMENT)
    elif column.data_type == "integer":
        values = values.astype("Int64").astype("string")
    elif column.data_type == "numeric":
        values = values.map("{:.1f}".format, na_action="ignore")
    return values.astype(object).where(values.notna(), "")


def _file_name(table: Table) -> str:
    return f"{table.raw_name if table.source == 'ssd' else table.name}.csv"


def _csv(texts: pd.DataFrame) -> bytes:
    return texts.to_csv(index=False, lineterminator="\r\n").encode()


def _manifest(source_name: str, night: date, files: dict[str, bytes], rows: dict[str, int]) -> bytes:
    speaks_for = {"kind": "all"}
    if source(source_name).slice == "period":
        speaks_for = {"kind": "period", "from": night.isoformat(), "to": (night + timedelta(days=1)).isoformat()}
    manifest = {
        "source": source_name,
        "batch_date": night.isoformat(),
        "slice": speaks_for,
        "files": [
            {"file": name, "rows": rows[name], "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
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
