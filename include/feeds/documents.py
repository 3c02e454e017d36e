"""Files that hold several tables, or several returns: taken apart into CSV files, one a table and a return.

From then on they are a delivery like any other. What is taken apart stands in a folder of its own for as long as the
batch is being landed; the archive keeps the tables, not the document.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from include.contract.model import Source, Table
from include.feeds import csv_file, workbook, xml_document
from include.feeds.errors import DeliveryError

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
    names = [column.name if column else None for column in header.columns]
    if YEAR not in names:
        return None
    kept = [column.name for column in header.kept]
    whole = b"".join(csv_file.stream(path, scanned, header))
    try:
        records = pyarrow.csv.read_csv(
            pa.BufferReader(whole),
            read_options=pyarrow.csv.ReadOptions(
                column_names=kept, use_threads=False, encoding=_encoding(scanned, header)
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=header.delimiter if csv_file.passes_as_is(scanned, header) else ",", newlines_in_values=True
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(kept, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        raise csv_file.diagnose(path, scanned, header) from None
    years = pc.utf8_trim_whitespace(records[YEAR])
    unreadable = pc.index(pc.match_substring_regex(years, "^(19|20)[0-9]{2}$"), False).as_py()
    if unreadable >= 0:
        raise DeliveryError(
            str(path), "its YEAR is not the year in which a return ends", "Write it as 2022 for 2021/22", unreadable + 1
        )
    parts = []
    for ends in sorted(set(years.to_pylist())):
        of_year = records.filter(pc.equal(years, ends))
        target = folder / f"{path.stem} {ends}.csv"
        pyarrow.csv.write_csv(of_year, target)
        parts.append(Part(table, target, of_year.num_rows, int(ends) - 1))
    return parts


def _encoding(scanned: csv_file.Scan, header: csv_file.Header) -> str:
    return scanned.encoding if csv_file.passes_as_is(scanned, header) else "utf-8"


def check_promise(path: Path, promised: dict, parts: list[Part]) -> None:
    """Raise DeliveryError when a document is not what its manifest promises: its sha256, or its records in all."""
    sha256 = promised.get("sha256")
    if sha256:
        with path.open("rb") as handle:
            if hashlib.file_digest(handle, "sha256").hexdigest() != sha256.lower():
                raise DeliveryError(
                    str(path),
                    "its sha256 is not the one in the manifest",
                    "Wait for the copy to end, or deliver it again",
                )
    rows, found = promised.get("rows"), sum(part.records for part in parts)
    if rows is not None and rows != found:
        raise DeliveryError(
            str(path),
            f"{found} records where the manifest promises {rows}",
            "Deliver the whole file, with the manifest that belongs to it",
        )
