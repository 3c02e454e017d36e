"""A workbook taken apart into a CSV file a table: each in a sheet of its own, below a header somewhere near its top.

Sheets and headers are found by the spellings that the contract declares. Cells are read as they show: days as days,
formulas by their last result.
"""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from re import IGNORECASE, fullmatch
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.datetime import from_excel

from include.contract.model import Column, Source, Table
from include.feeds.csv_file import columns_of
from include.feeds.errors import DeliveryError

_UNPACKED_BYTES = 256 << 20
_HELD_BYTES = 16 << 20  # of texts, styles and the like, which are held in memory as a whole, at many times their size
_SHEETS = "xl/worksheets/"
_NOT_READ = ("xl/media/", "xl/pivotCache/")
_COLUMNS, _ROWS_ABOVE, _ROWS = 80, 20, 1 << 20
_NOT_AVAILABLE = "#N/A"


def write_tables(path: Path, contract: Source, folder: Path) -> dict[str, tuple[Path, int]]:
    """Write the tables of a workbook into a folder, a CSV file each, in UTF-8, with the contract's column names.

    Returns each table's file with the number of its records; a table without a sheet has none. What is never stored is
    not written. Raises DeliveryError for a file that is no workbook or unpacks to more than is read, two sheets for one
    table, and a sheet in which no header is found or a required column is missing.
    """
    _refuse_what_unpacks_too_large(path)
    try:
        with closing(_opened(path, values=True)) as values, closing(_opened(path, values=False)) as formulas:
            return _tables(path, contract, folder, values, formulas)
    except DeliveryError:
        raise
    except Exception:
        # the library raises whatever its parsing meets in a broken file, with cells' content in the message
        raise _unreadable(path) from None


def _unreadable(path: Path) -> DeliveryError:
    return DeliveryError(
        str(path), "it can't be read as a workbook", "Save it again as .xlsx, without a password, and deliver that"
    )


def _refuse_what_unpacks_too_large(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {part.filename: part.file_size for part in packed.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _unreadable(path) from None
    held = {name: size for name, size in sizes.items() if not name.startswith((_SHEETS, *_NOT_READ))}
    for what, unpacked, most in (
        ("it unpacks", sum(sizes.values()), _UNPACKED_BYTES),
        ("its parts but the sheets unpack", sum(held.values()), _HELD_BYTES),
    ):
        if unpacked > most:
            raise DeliveryError(
                str(path),
                f"{what} to {unpacked / (1 << 20):,.0f} MB, and no more than {most >> 20} MB are read",
                "Have it saved again with the lists alone, without empty rows, pictures and pivots",
            )


def _opened(path: Path, *, values: bool) -> Any:
    return load_workbook(path, read_only=True, data_only=values, keep_links=False)


def _tables(path: Path, contract: Source, folder: Path, values: Any, formulas: Any) -> dict[str, tuple[Path, int]]:
    written = {}
    for table in contract.tables:
        titles = [title for title in values.sheetnames if table.sheet and fullmatch(table.sheet, title, IGNORECASE)]
        if len(titles) > 1:
            raise DeliveryError(
                str(path), f"sheets {' and '.join(titles)} are both for {table.full_name}", "Leave one of them"
            )
        for title in titles:
            where = f"{path}, sheet {title}"
            rows = _rows(where, values[title], formulas[title])
            target = folder / f"{path.stem} {title}.csv"
            written[table.name] = target, _write(where, rows, table, target, values.epoch)
    if not written:
        raise DeliveryError(
            str(path),
            f"no sheet of {contract.name} is in it",
            "Name the sheets as the standard does: List 5 to List 10",
        )
    return written


def _rows(where: str, values: Any, formulas: Any) -> Iterator[list[Any]]:
    """The rows of a sheet that hold anything; the text of a formula where its result was never kept."""
    values.reset_dimensions()
    formulas.reset_dimensions()
    both = zip(
        values.iter_rows(max_col=_COLUMNS, values_only=True),
        formulas.iter_rows(max_col=_COLUMNS, values_only=True),
        strict=True,
    )
    for number, (shown, entered) in enumerate(both, 1):
        if number > _ROWS:
            # up to a row's number, however large it says it is, there are empty ones
            raise DeliveryError(where, "it has a row beyond the last that a sheet can have", "Have it saved again")
        row = [formula if value is None else value for value, formula in zip(shown, entered, strict=True)]
        if any(cell is not None and cell != "" for cell in row):
            yield row


def _write(where: str, rows: Iterator[list[Any]], table: Table, target: Path, epoch: datetime) -> int:
    """Write a sheet's records; returns how many."""
    spellings, below = _header(where, rows, table)
    columns = columns_of(where, spellings, table)
    kept = [(position, column) for position, column in enumerate(columns) if column is not None]
    count = 0
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([column.name for _, column in kept])
        for row in below:
            record = [_text(row[at] if at < len(row) else None, column, epoch) for at, column in kept]
            if any(record):
                writer.writerow(record)
                count += 1
    return count


def _header(where: str, rows: Iterator[list[Any]], table: Table) -> tuple[Sequence[str], Iterator[list[Any]]]:
    """The header of a sheet: of its first rows the one in which the contract knows most columns; and the rows below."""
    above = list(islice(rows, _ROWS_ABOVE))
    known = [sum(table.column_of_header(str(cell)) is not None for cell in row if cell is not None) for row in above]
    if not any(known):
        raise DeliveryError(where, f"no header of {table.full_name} in its first rows", "Leave the standard's headers")
    at = known.index(max(known))

    def below() -> Iterator[list[Any]]:
        yield from above[at + 1 :]
        yield from rows

    return ["" if cell is None else str(cell) for cell in above[at]], below()


def _text(cell: Any, column: Column, epoch: datetime) -> str:
    """A cell as a text of an export."""
    if cell is None or cell == _NOT_AVAILABLE:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, (int, float)) and column.data_type == "date" and 0 < cell < 2_958_466:
        cell = from_excel(cell, epoch)  # a day that the sheet shows as a number
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
