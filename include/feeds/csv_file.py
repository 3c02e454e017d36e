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
LONGEST = 8 << 20  # of a line: no record of an export comes near it
DELIMITERS = (",", ";", "\t", "|")
_BOM = codecs.BOM_UTF8
# UTF-32 first: its mark begins as that of UTF-16
_OTHER_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
# else a long text, which a case system may well hold, is taken for a broken record by what names the broken one
csv.field_size_limit(LONGEST)


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

    Raises DeliveryError for an empty file, one in UTF-16 or UTF-32, and one with a line that never ends.
    """
    # before the first byte is read: what is written from then on shows as a change
    changed_at = path.stat().st_mtime_ns
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8, quotes, nul, marker, size, ends, line_began = True, 0, False, False, 0, 0, 0
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            if size == 0:
                _refuse_other_marks(path, block)
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
            line_began = size + last + 1 if (last := block.rfind(b"\n")) >= 0 else line_began
            size += len(block)
            if size - line_began > LONGEST:
                raise _endless_line(path, line_began)
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    if ends == 0:
        raise DeliveryError(str(path), "the file is empty", "Have it delivered again: even no records need a header")
    encoding = "utf-8" if utf8 else "windows-1252"
    return Scan(size, changed_at, digest.hexdigest(), encoding, quotes % 2 == 1, nul, marker, ends)


def _refuse_other_marks(path: Path, begins: bytes) -> None:
    for mark, encoding in _OTHER_MARKS.items():
        if begins.startswith(mark):
            raise DeliveryError(
                str(path), f"it is written in {encoding}", "Have it written in UTF-8: of a spreadsheet, as CSV UTF-8"
            )


def _endless_line(path: Path, began: int) -> DeliveryError:
    with path.open("rb") as handle:
        lines = 1 + sum(handle.read(min(BLOCK, began - at)).count(b"\n") for at in range(0, began, BLOCK))
    return DeliveryError(
        f"{path}, line {lines}",
        f"more than {LONGEST >> 20} MB without the end of a line",
        "Have the export written again: every record ends with the end of a line",
    )


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

    Raises DeliveryError where the first line is no header, for a required column that is missing, and for a column that
    stands twice.
    """
    with path.open("rb") as handle:
        first = handle.readline(BLOCK)
    starts = len(first)
    line = first.removeprefix(_BOM).decode(scanned.encoding, errors="replace").rstrip("\r\n")
    no_header = DeliveryError(str(path), "the first line is not a header", "Have the file delivered with its header")
    if "\0" in line or not line.strip():
        raise no_header
    best: tuple[int, str, list[str]] | None = None
    for delimiter in DELIMITERS:
        try:
            spellings = next(csv.reader([line], delimiter=delimiter))
        except csv.Error:
            # a carriage return within it: the line ends of old machines, or no text at all
            raise no_header from None
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
                block_size=2 * LONGEST,  # a record has to fit
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
    except (pa.ArrowInvalid, UnicodeDecodeError):
        raise diagnose(path, scanned, header) from None


def diagnose(path: Path, scanned: Scan, header: Header) -> DeliveryError:
    """The error that names the first record of a file that can't be read. Reads it record by record."""
    if error := changed(path, scanned):
        return error
    remedy = "Have the export written again: every record needs the header's fields, quotes that close, no NUL"
    with path.open(encoding=scanned.encoding, errors="replace", newline="") as handle:
        lines: list[str] = []  # of the record that is being read
        reader = csv.reader(_without_nul(handle, lines), delimiter=header.delimiter, strict=True)
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
                if record and sum(line.count('"') for line in lines) % 2:
                    return DeliveryError(str(path), "a quote in the wrong place", remedy, record)
                lines.clear()
                record += 1
                started = reader.line_num
        except csv.Error as error:
            return DeliveryError(str(path), _in_words(error), remedy, record)
    return DeliveryError(str(path), "the file can't be read as CSV", remedy)


def _in_words(error: csv.Error) -> str:
    """What the reader of csv found wrong, in words."""
    said = str(error)
    if "unexpected end" in said:
        return "a quote that never closes"
    if "field larger" in said:
        return f"a field of more than {LONGEST >> 20} MB"
    if "new-line character" in said:
        return "a carriage return within it"
    return "a quote in the wrong place"


def _without_nul(handle: Iterable[str], lines: list[str]) -> Iterator[str]:
    """The lines of a file, each kept in `lines` too.

    U+FFFE is no character: it marks where a NUL stood, which csv itself refuses without saying where.
    """
    for line in handle:
        lines.append(line)
        yield line.replace("\0", "\ufffe")
