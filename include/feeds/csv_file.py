"""A CSV file as a stream of bytes that COPY takes: what it is (scan), its records (stream), what is wrong (diagnose).

No record passes through Python: whole blocks go from the file to COPY. Only when something is wrong is a file read
record by record, to name the first one that is.
"""

import codecs
import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from include.contract.model import Column, Table
from include.feeds.errors import DeliveryError

BLOCK = 1 << 20
DELIMITERS = (",", ";", "\t", "|")
_BOM = codecs.BOM_UTF8


@dataclass(frozen=True)
class Scan:
    """What one reading of a file's bytes tells."""

    size: int
    changed_at: int
    sha256: str
    encoding: str
    odd_quotes: bool
    nul: bool
    end_marker: bool
    body_ends: int


@dataclass(frozen=True)
class Header:
    """The columns of a file, in its order; None for one the contract doesn't know or never stores."""

    spellings: tuple[str, ...]
    columns: tuple[Column | None, ...]
    delimiter: str
    body_starts: int

    @property
    def dropped(self) -> tuple[str, ...]:
        """Positions, from 1, of the columns that are dropped while the file is read."""
        return tuple(str(i) for i, column in enumerate(self.columns, 1) if column is None)

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns that reach the landing table, in the file's order."""
        return tuple(column for column in self.columns if column is not None)


def scan(path: Path) -> Scan:
    """Read a file's bytes once: size, sha256, encoding (UTF-8, else Windows-1252), and signs of a broken file.

    Raises DeliveryError for an empty file.
    """
    # before the first byte is read: what is written from then on shows as a change
    changed_at = path.stat().st_mtime_ns
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, quotes, nul, marker, size, ends = True, 0, False, False, 0, 0
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            digest.update(block)
            if utf8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    utf8 = False
            quotes += block.count(b'"')
            nul = nul or b"\0" in block
            marker = marker or b"\\." in block
            content = block.rstrip(b"\r\n\x1a")
            if content:
                ends = size + len(content)
            size += len(block)
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    if ends == 0:
        raise DeliveryError(str(path), "the file is empty", "Have it delivered again: even no records need a header")
    encoding = "utf-8" if utf8 else "windows-1252"
    return Scan(size, changed_at, digest.hexdigest(), encoding, quotes % 2 == 1, nul, marker, ends)


def changed(path: Path, scanned: Scan) -> DeliveryError | None:
    """What to raise where a file is no longer the one that was scanned; None while it is."""
    try:
        status = path.stat()
    except FileNotFoundError:
        status = None
    if status and (status.st_size, status.st_mtime_ns) == (scanned.size, scanned.changed_at):
        return None
    return DeliveryError(str(path), "it changed while it was read", "Wait for the copy to end, then run again")


def read_header(path: Path, table: Table, scanned: Scan) -> Header:
    """Match a file's header with the contract, whatever its case, order, BOM, spaces and declared aliases.

    Raises DeliveryError for a required column that is missing or a column that stands twice.
    """
    with path.open("rb") as handle:
        first = handle.readline(BLOCK)
    starts = len(first)
    line = first.removeprefix(_BOM).decode(scanned.encoding, errors="replace").rstrip("\r\n")
    if "\0" in line or not line.strip():
        raise DeliveryError(str(path), "the first line is not a header", "Have the file delivered with its header")
    best: tuple[int, str, list[str]] | None = None
    for delimiter in DELIMITERS:
        spellings = next(csv.reader([line], delimiter=delimiter))
        known = sum(table.column_of_header(spelling) is not None for spelling in spellings)
        if best is None or known > best[0]:
            best = (known, delimiter, spellings)
    _, delimiter, spellings = best
    return Header(tuple(spellings), columns_of(str(path), spellings, table), delimiter, starts)


def columns_of(where: str, spellings: Iterable[str], table: Table) -> tuple[Column | None, ...]:
    """The column that each spelling of a header means; None for one the contract doesn't know or never stores.

    Raises DeliveryError, saying `where`, for a required column that is missing or a column that stands twice.
    """
    columns = [table.column_of_header(spelling) for spelling in spellings]
    names = [column.name for column in columns if column]
    for name in names:
        if names.count(name) > 1:
            raise DeliveryError(where, f"column {name} of {table.full_name} stands twice", "Leave one of the two")
    missing = sorted(table.required_headers - set(names))
    if missing:
        raise DeliveryError(
            where,
            f"required column {', '.join(missing)} of {table.full_name} is missing",
            "Have the export write it, or declare its spelling as an alias in the contract",
        )
    return tuple(column if column and column.stored else None for column in columns)


def stream(path: Path, scanned: Scan, header: Header) -> Iterator[bytes]:
    """The file's records as CSV bytes for COPY: header off, columns as `header.kept`.

    A file whose every column may be stored is handed on as it is, in its own encoding and delimiter; one with
    other columns goes through a CSV reader that never decodes them, and comes out in UTF-8 with commas.
    Raises DeliveryError when that reader can't read it.
    """
    if passes_as_is(scanned, header):
        return _stream_bytes(path, scanned, header)
    return _stream_selected(path, scanned, header)


def passes_as_is(scanned: Scan, header: Header) -> bool:
    """Can the file's own bytes go to COPY? (A line `\\.` would end COPY before PostgreSQL 18.)"""
    return not header.dropped and not scanned.end_marker


def copy_options(scanned: Scan, header: Header) -> str:
    """Options of the COPY that reads what `stream` yields."""
    if passes_as_is(scanned, header):
        encoding = "UTF8" if scanned.encoding == "utf-8" else "WIN1252"
        delimiter = header.delimiter
    else:
        encoding, delimiter = "UTF8", ","
    return f"format csv, encoding '{encoding}', delimiter e'{_escaped(delimiter)}'"


def _escaped(delimiter: str) -> str:
    return "\\t" if delimiter == "\t" else delimiter


def _stream_bytes(path: Path, scanned: Scan, header: Header) -> Iterator[bytes]:
    left = scanned.body_ends - header.body_starts
    if left <= 0:
        return
    with path.open("rb") as handle:
        handle.seek(header.body_starts)
        while left > 0 and (block := handle.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _stream_selected(path: Path, scanned: Scan, header: Header) -> Iterator[bytes]:
    options = pyarrow.csv.WriteOptions(include_header=False)
    for batch in records(path, scanned, header):
        sink = pa.BufferOutputStream()
        pyarrow.csv.write_csv(batch, sink, options)
        yield sink.getvalue().to_pybytes()


def records(path: Path, scanned: Scan, header: Header) -> Iterator[pa.RecordBatch]:
    """The file's records, a block at a time: all text, the columns of `header.kept` under their names in the contract.

    Raises DeliveryError when the reader can't read them.
    """
    if scanned.body_ends <= header.body_starts:
        return
    names = [f"c{position}" for position in range(len(header.columns))]
    wanted = [name for name, column in zip(names, header.columns, strict=True) if column is not None]
    try:
        reader = pyarrow.csv.open_csv(
            path,
            read_options=pyarrow.csv.ReadOptions(
                column_names=names,
                skip_rows=1,
                block_size=BLOCK,
                encoding=scanned.encoding,
                use_threads=False,
            ),
            parse_options=pyarrow.csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            yield batch.rename_columns([column.name for column in header.kept])
    except pa.ArrowInvalid:
        raise diagnose(path, scanned, header) from None


def diagnose(path: Path, scanned: Scan, header: Header) -> DeliveryError:
    """The error that names the first record of a file that can't be read. Reads it record by record."""
    if error := changed(path, scanned):
        return error
    remedy = "Have the export written again: every record needs the header's fields, quotes that close, no NUL"
    with path.open(encoding=scanned.encoding, errors="replace", newline="") as handle:
        reader = csv.reader(_without_nul(handle), delimiter=header.delimiter, strict=True)
        record = 0
        started = 1
        try:
            for fields in reader:
                if record and any("\ufffe" in value for value in fields):
                    return DeliveryError(str(path), "a NUL byte", remedy, record)
                if record and any("\ufffd" in value for value in fields):
                    return DeliveryError(str(path), "bytes that are neither UTF-8 nor Windows-1252", remedy, record)
                if record and fields and len(fields) != len(header.columns):
                    what = f"{len(fields)} fields where the header has {len(header.columns)}"
                    return DeliveryError(str(path), what, remedy, record)
                if record and not fields and started < reader.line_num:
                    return DeliveryError(str(path), "an empty line", remedy, record)
                record += 1
                started = reader.line_num
        except csv.Error as error:
            what = "a quote that never closes" if "unexpected end" in str(error) else "a quote in the wrong place"
            return DeliveryError(str(path), what, remedy, record)
    return DeliveryError(str(path), "the file can't be read as CSV", remedy)


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    # U+FFFE is no character: it marks where a NUL stood, which csv itself refuses without saying where
    for line in lines:
        yield line.replace("\0", "\ufffe")
