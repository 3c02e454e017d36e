"""Find the batches in the drop folder: `<drop>/<source>/<batch date>/<files>`.

A batch's date is the day its export speaks of (nightly sources) or the day it was delivered (the others).
One delivery of a yearly source may hold several returns: each return year is a batch of its own.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from include.contract.model import Source, Table, slice_of_year, source, sources
from include.feeds import documents
from include.feeds.errors import NOT_AS_PROMISED, DeliveryError, NotDelivered

MANIFEST = "manifest.json"
READY = "_READY"
_BATCH_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Delivered:
    """A file of a batch, and what its manifest promises of it.

    A file from the archive goes by the sha256 it was delivered with (`kept_as`): what is kept may lack columns.
    """

    table: Table
    path: Path
    promised_rows: int | None = None
    promised_sha256: str | None = None
    kept_as: str | None = None


@dataclass(frozen=True)
class Batch:
    """One delivery of one slice of one source. `place` is where it came from, as messages name it.

    `delivery_sha256`: of a delivery of documents, as `delivery_sha256` has it.
    """

    source: Source
    batch_date: date
    slice: str
    place: str
    files: tuple[Delivered, ...]
    other_files: tuple[str, ...] = ()
    dated_by_manifest: bool = False
    delivery_sha256: str | None = None

    @property
    def label(self) -> str:
        """How messages and logs name it."""
        part = "" if self.slice == "all" else f" slice {self.slice}"
        return f"{self.source.name} {self.batch_date}{part}"

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the tables it has no file of: such as the contract says may be missing, and its year has."""
        delivered = {file.table.name for file in self.files}
        return tuple(
            table.full_name for table in self.source.tables if table.name not in delivered and table.is_in(self.slice)
        )


def batch_dates(drop_folder: Path, source_name: str) -> list[date]:
    """Dates for which the drop folder has a folder of that source, oldest first."""
    folder = drop_folder / source_name
    if not folder.is_dir():
        return []
    found = []
    for entry in folder.iterdir():
        if entry.is_dir() and _BATCH_DATE.fullmatch(entry.name):
            try:
                found.append(date.fromisoformat(entry.name))
            except ValueError:
                raise DeliveryError(str(entry), "not a date", "Name the folder YYYY-MM-DD") from None
    return sorted(found)


def batches_for(drop_folder: Path, run_date: date, today: date) -> Iterator[tuple[str, date]]:
    """Source and date of each delivery a night of `run_date` looks at: nightly sources' own day, the others' up to it.

    And those dated after `today`, which can't be right, so that somebody is told before their day comes.
    """
    for name, contract in sorted(sources().items()):
        for batch_date in batch_dates(drop_folder, name):
            taken = batch_date == run_date or (contract.cadence != "nightly" and batch_date < run_date)
            if taken or batch_date > today:
                yield name, batch_date


def read_manifest(folder: Path) -> dict | None:
    """The manifest of a delivery, or None where it has none.

    Raises DeliveryError when it is not JSON of the shape the docs give.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8-sig"))
        for entry in manifest["files"]:
            if not isinstance(entry["file"], str) or not isinstance(entry.get("rows", 0), int):
                raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DeliveryError(
            str(path),
            "the manifest can't be read",
            'It is JSON: {"files": [{"file": …, "rows": …, "sha256": …}], "slice": …}; have the export write it again',
        ) from None
    return manifest


def delivery_sha256(drop_folder: Path, source_name: str, batch_date: date) -> str | None:
    """sha256 over the names and bytes of a delivery's files and its manifest, where one of them is a document.

    None where none is: only documents take longer to take apart than to look at.
    """
    contract, folder = source(source_name), drop_folder / source_name / batch_date.isoformat()
    if contract.document is None or not folder.is_dir():
        return None
    present = _present(folder)
    if not any(_is_document(contract, name) for name in present):
        return None
    digest = hashlib.sha256()
    for path in [*present.values(), *filter(Path.is_file, [folder / MANIFEST])]:
        with path.open("rb") as handle:
            digest.update(f"{path.name}\0{hashlib.file_digest(handle, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def find_batches(drop_folder: Path, source_name: str, batch_date: date, workspace: Path) -> list[Batch]:
    """The batches of one delivery: one, or one a return year.

    Plain files are named, not yet read; documents, and files of several returns, are taken apart into `workspace`, an
    empty folder that must be there for as long as the batches are read. A file without a byte in it is no file. Raises
    DeliveryError for a folder that is missing or empty, a table without a file that may not be missing, two files for
    one table, a manifest that names another source or date, or other files than are there, and a document that can't be
    read.
    """
    contract = source(source_name)
    folder = drop_folder / source_name / batch_date.isoformat()
    if not folder.is_dir():
        raise NotDelivered(str(folder), "there is no such delivery", "Have the export of that day delivered")
    # before anything is read: a file that changes meanwhile is looked at again
    digest = delivery_sha256(drop_folder, source_name, batch_date)
    manifest = read_manifest(folder)
    _check_identity(folder, manifest, source_name, batch_date)
    promised = {entry["file"]: entry for entry in (manifest or {}).get("files", [])}
    present = _present(folder)
    for name in promised:
        if name not in present:
            raise DeliveryError(
                str(folder / name),
                "the manifest names this file, but it isn't there",
                "Deliver it",
                claim=NOT_AS_PROMISED,
            )

    by_slice: dict[str, dict[str, Delivered]] = defaultdict(dict)
    others = []
    for name, path in present.items():
        if not _is_of(contract, name):
            others.append(name)
            continue
        if manifest and name not in promised:
            raise DeliveryError(
                str(path),
                "the manifest doesn't name this file",
                "Take it away, or deliver it with the manifest that belongs to it",
                claim=NOT_AS_PROMISED,
            )
        for slice_, delivered in _delivered(contract, path, manifest, promised.get(name, {}), batch_date, workspace):
            found = by_slice[slice_]
            if delivered.table.name in found:
                raise DeliveryError(
                    str(path),
                    f"{found[delivered.table.name].path.name} is for {delivered.table.full_name} too",
                    "Leave one file a table",
                )
            found[delivered.table.name] = delivered
    if not by_slice:
        raise DeliveryError(str(folder), f"no file of source {source_name} is in it", "Deliver the export's files")
    dated = bool(manifest and manifest.get("batch_date"))
    batches = []
    for slice_, found in sorted(by_slice.items()):
        for table in contract.tables:
            if table.name not in found and not table.may_be_missing:
                raise DeliveryError(
                    str(folder),
                    f"the file of {table.full_name} is missing" + ("" if slice_ == "all" else f" for slice {slice_}"),
                    f"Deliver a file whose name matches {table.file}",
                )
        files = tuple(found[table.name] for table in contract.tables if table.name in found)
        batches.append(Batch(contract, batch_date, slice_, str(folder), files, tuple(others), dated, digest))
    return batches


def _present(folder: Path) -> dict[str, Path]:
    """The files of a delivery by name, but for its manifest, its mark of being ready and hidden ones."""
    return {
        path.name: path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name not in {MANIFEST, READY} and not path.name.startswith(".")
    }


def _is_of(contract: Source, name: str) -> bool:
    """Is a file of that name one of the source's?"""
    return any(table.matches(name) for table in contract.tables) or _is_document(contract, name)


def _is_document(contract: Source, name: str) -> bool:
    return contract.document is not None and contract.document.matches(name) is not None


def _delivered(
    contract: Source, path: Path, manifest: dict | None, promised: dict, batch_date: date, workspace: Path
) -> Iterator[tuple[str, Delivered]]:
    """What a file delivers: slice and file of each table and return in it."""
    matches = [(table, match) for table in contract.tables if (match := table.matches(path.name))]
    if matches:
        table, match = matches[0]
        if table.may_be_missing and not promised.get("rows") and path.stat().st_size == 0:
            return
        year = _named_year(match.groupdict())
        if contract.slice != "return_year" or year is not None or _said_year(manifest) is not None:
            slice_ = _slice(contract, manifest, year, path.parent, batch_date)
            yield slice_, Delivered(table, path, promised.get("rows"), promised.get("sha256"))
            return
        parts = documents.by_return_year(path, table, workspace)
    else:
        year = _named_year(contract.document.matches(path.name).groupdict())
        parts = documents.take_apart(path, contract, workspace)
    if parts is None:
        # nothing in the file says which return it is: the slice says so, or what must be done
        yield _slice(contract, manifest, None, path.parent, batch_date), Delivered(table, path)
        return
    documents.check_promise(path, promised, parts)
    for part in parts:
        # what a document's schema does not have may come as a file beside it: nothing of it is no second file
        if not part.records and any(part.table.matches(beside) for beside in _present(path.parent)):
            continue
        said = year if part.return_year is None else part.return_year
        slice_ = _slice(contract, manifest, said, path.parent, batch_date)
        if part.table.is_in(slice_):
            yield slice_, Delivered(part.table, part.path)


def _named_year(groups: dict[str, str | None]) -> int | None:
    """The year in which a return begins, by its file's name, which has that year or the one in which it ends."""
    if groups.get("return_year"):
        return int(groups["return_year"])
    return int(groups["year_ending"]) - 1 if groups.get("year_ending") else None


def _said_year(manifest: dict | None) -> object:
    said = (manifest or {}).get("slice")
    return said.get("return_year") if isinstance(said, dict) else None


def _check_identity(folder: Path, manifest: dict | None, source_name: str, batch_date: date) -> None:
    for key, expected in (("source", source_name), ("batch_date", batch_date.isoformat())):
        said = (manifest or {}).get(key, expected)
        if said != expected:
            raise DeliveryError(
                str(folder / MANIFEST),
                f"its {key} is not {expected}",
                "Move the delivery to the folder it belongs to",
                claim=NOT_AS_PROMISED,
            )


def _slice(contract: Source, manifest: dict | None, year: int | None, folder: Path, batch_date: date) -> str:
    """What a file speaks for: everything, a return year (2021/22), or a period [from, to)."""
    said = (manifest or {}).get("slice")
    said = said if isinstance(said, dict) else {}
    try:
        if contract.slice == "return_year":
            return slice_of_year(int(str(said.get("return_year", year))[:4]))
        if contract.slice == "period":
            first = date.fromisoformat(said.get("from", batch_date.isoformat()))
            until = date.fromisoformat(said.get("to", (first + timedelta(days=1)).isoformat()))
            if first >= until:
                raise ValueError
            return f"{first}/{until}"
    except (TypeError, ValueError):
        raise DeliveryError(
            str(folder / MANIFEST),
            "which slice it is can't be read",
            "Give return_year as 2021 for 2021/22, or from and to as dates; or name a return's files 2021-episodes.csv",
        ) from None
    return "all"
