"""Files that hold several tables, or several returns: taken apart into CSV files, one a table and a return.

From then on they are a delivery like any other. What is taken apart stands in a folder of its own for as long as the
batch is being landed; the archive keeps the tables, not the document.
"""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.csv

from include.contract.model import Source, Table
from include.feeds import csv_file, xml_document
from include.feeds.errors import DeliveryError, check_rows, check_sha256

YEAR = "year"


@dataclass(frozen=True)
class Part:
    """A table of one return out of a document; `return_year` is the year it begins in, where the document says it."""

    table: Table
    path: Path
    records: int
    return_year: int | None = None


def take_apart(path: Path, contract: Source, folder: Path) -> list[Part]:
    """The tables of a document, in the contract's order. Raises DeliveryError for a document that can't be read."""
    year, written = None, {}
    if contract.document.format == "workbook":
        # what reads one takes a third of a second to import: only where there is one
        from include.feeds import workbook

        written = workbook.write_tables(path, contract, folder)
    else:
        year, written = xml_document.write_tables(path, contract, folder)
    return [Part(table, *written[table.name], year) for table in contract.tables if table.name in written]


def by_return_year(path: Path, table: Table, folder: Path) -> list[Part] | None:
    """The returns of a CSV file whose records say by themselves, in a column YEAR, which one they are of.

    None where it has no such column. Raises DeliveryError for a file that can't be read, and for a record whose year
    can't be.
    """
    scanned = csv_file.scan(path)
    header = csv_file.read_header(path, table, scanned)
    if YEAR not in {column.name for column in header.kept}:
        return None
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        writers: dict[str, pyarrow.csv.CSVWriter] = {}
        for block in csv_file.records(path, scanned, header):
            years = pc.utf8_trim_whitespace(block[YEAR])
            unreadable = pc.index(pc.match_substring_regex(years, "^(19|20)[0-9]{2}$"), False).as_py()
            if unreadable >= 0:
                raise DeliveryError(
                    str(path),
                    "its YEAR is not the year in which a return ends",
                    "Write it as 2022 for 2021/22",
                    sum(counts.values()) + unreadable + 1,
                )
            for ends in pc.unique(years).to_pylist():
                of_year = block.filter(pc.equal(years, ends))
                if ends not in writers:
                    writers[ends] = stack.enter_context(
                        pyarrow.csv.CSVWriter(_of_year(path, ends, folder), block.schema)
                    )
                writers[ends].write_batch(of_year)
                counts[ends] = counts.get(ends, 0) + of_year.num_rows
    return [Part(table, _of_year(path, ends, folder), counts[ends], int(ends) - 1) for ends in sorted(counts)]


def _of_year(path: Path, ends: str, folder: Path) -> Path:
    return folder / f"{path.stem} {ends}.csv"


def check_promise(path: Path, promised: dict, parts: list[Part]) -> None:
    """Raise DeliveryError when a document is not what its manifest promises: its sha256, or its records in all."""
    if promised.get("sha256"):
        with path.open("rb") as handle:
            check_sha256(path, promised["sha256"], hashlib.file_digest(handle, "sha256").hexdigest())
    check_rows(path, promised.get("rows"), sum(part.records for part in parts))
