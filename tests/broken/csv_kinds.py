"""Ways in which a CSV file is broken: each takes the records of a good file, header first, and gives bytes."""

import csv
import gzip
import io
from collections.abc import Callable
from random import Random

from tests.broken.kind import FORMULA, MEGABYTE, NAME, Kind

Records = list[list[str]]
_FIELDS = r", record \d+: \d+ fields where the header has \d+\. Have the export written again"
_QUOTE = r", record \d+: a quote (that never closes|in the wrong place)\. Have the export written again"
_HEADER = r": (the first line is not a header\. Have the file delivered with its header|required column \w+)"
_EMPTY = r": the file is empty\. Have it delivered again"
_BYTES = r", record \d+: bytes that are neither UTF-8 nor Windows-1252\. Have the export written again"
_NUL = r", record \d+: a NUL byte\. Have the export written again"
_OTHERS = r"\.rows\.(in_other_columns|of_other_children) \(1 failing\): .+\. Have (the export|both) written "
_UTF = r": it is written in UTF-(16|32)\. Have it written in UTF-8"


def text(records: Records) -> str:
    """The records as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(records)
    return out.getvalue()


def _some(records: Records, chance: Random) -> int:
    """A record that is neither the header nor the last: what comes behind it shows that reading went on."""
    return chance.randrange(1, max(2, len(records) - 1))


def _changed(change: Callable[[list[str], Random], list[str]]) -> Callable[[Records, Random], bytes]:
    """One record is another one."""

    def broken(records: Records, chance: Random) -> bytes:
        at = _some(records, chance)
        return text([*records[:at], change(records[at], chance), *records[at + 1 :]]).encode()

    return broken


def _line(change: Callable[[str, Random], str]) -> Callable[[Records, Random], bytes]:
    """One record's line is another one, as it stands in the file."""

    def broken(records: Records, chance: Random) -> bytes:
        at = _some(records, chance)
        return (text(records[:at]) + change(text([records[at]]), chance) + text(records[at + 1 :])).encode()

    return broken


def _cut(records: Records, chance: Random) -> bytes:
    at = _some(records, chance)
    whole = text([records[at]])
    return (text(records[:at]) + whole[: whole.index(",") + 1]).encode()


def _cut_anywhere(records: Records, chance: Random) -> bytes:
    whole = text(records).encode()
    return whole[: chance.randrange(len(text(records[:1])), len(whole) - 1)]


def _cut_in_header(records: Records, chance: Random) -> bytes:
    return text(records[:1]).encode()[: chance.randrange(3, 8)]


def _cut_in_quotes(records: Records, chance: Random) -> bytes:
    at = _some(records, chance)
    return (text(records[:at]) + f'{records[at][0]},"{NAME} and').encode()


def _ahead(records: Records, chance: Random) -> bytes:
    """Every record one field to the right of its header."""
    return text([records[0], *(["", *record] for record in records[1:])]).encode()


def _behind(records: Records, chance: Random) -> bytes:
    """Every record one field to the left of its header."""
    return text([records[0], *(record[1:] for record in records[1:])]).encode()


def _turned(records: Records, chance: Random) -> bytes:
    """Every record one field to the right, and as long as the header all the same."""
    return text([records[0], *([record[-1], *record[:-1]] for record in records[1:])]).encode()


def _backwards(records: Records, chance: Random) -> bytes:
    return text([records[0], *(record[::-1] for record in records[1:])]).encode()


def _headless(records: Records, chance: Random) -> bytes:
    return text(records[1:]).encode()


def _title_above(records: Records, chance: Random) -> bytes:
    return f"Export of {NAME}\n{text(records)}".encode()


def _in(encoding: str) -> Callable[[Records, Random], bytes]:
    return lambda records, chance: text(records).encode(encoding, errors="replace")


def _odd_byte(records: Records, chance: Random) -> bytes:
    at = _some(records, chance)
    field = chance.randrange(len(records[at]))
    changed = [*records[at][:field], "\ufffe", *records[at][field + 1 :]]
    whole = text([*records[:at], changed, *records[at + 1 :]])
    return whole.encode().replace("\ufffe".encode(), bytes([chance.choice((0x81, 0x8D, 0x8F, 0x90, 0x9D))]))


def _noise(records: Records, chance: Random) -> bytes:
    return chance.randbytes(20_000)


def _noise_below(records: Records, chance: Random) -> bytes:
    return text(records[:1]).encode() + chance.randbytes(20_000)


def _old_lines(records: Records, chance: Random) -> bytes:
    return text(records).replace("\n", "\r").encode()


def _one_line(records: Records, chance: Random) -> bytes:
    return text(records).replace("\n", ",").encode() * (2 + MEGABYTE // len(text(records)))


def _quote_spanning(records: Records, chance: Random) -> bytes:
    """Two stray quotes, each alone at the head of a field: an even number, and the records between are swallowed."""
    at = _some(records, chance)
    lines = text(records).splitlines(keepends=True)
    return "".join(
        line.replace(",", ',"', 1) if number in {at, min(at + 1, len(lines) - 1)} else line
        for number, line in enumerate(lines)
    ).encode()


def _megabyte(field: int) -> Callable[[Records, Random], bytes]:
    return _changed(lambda record, chance: [*record[:field], (NAME * MEGABYTE)[:MEGABYTE], *record[field + 1 :]])


def _endless(records: Records, chance: Random) -> bytes:
    at = _some(records, chance)
    changed = [records[at][0], (NAME * MEGABYTE)[: 20 * MEGABYTE], *records[at][2:]]
    return text([*records[:at], changed, *records[at + 1 :]]).encode()


def _long_and_broken(records: Records, chance: Random) -> bytes:
    """A long text in one record, and another record too short: it is the short one that has to be named."""
    first = [records[1][0], "x" * 400_000, *records[1][2:]]
    return text([records[0], first, *records[2:-1], records[-1][:-1]]).encode()


CSV_KINDS = {
    "cut in a record": Kind(_cut, "refused", _FIELDS),
    "cut anywhere, with a manifest": Kind(
        _cut_anywhere, "refused", r": its sha256 is not the one in the manifest\. Wait for the copy", manifest=True
    ),
    "cut in its header": Kind(_cut_in_header, "refused", _HEADER),
    "cut in quotes": Kind(_cut_in_quotes, "refused", r", record \d+: a quote that never closes\. Have the export"),
    "a field more": Kind(_changed(lambda record, chance: [record[0], NAME, *record[1:]]), "refused", _FIELDS),
    "a field less": Kind(_changed(lambda record, chance: record[1:]), "refused", _FIELDS),
    "shifted to the right": Kind(_ahead, "refused", _FIELDS),
    "shifted to the left": Kind(_behind, "refused", _FIELDS),
    "shifted within its columns": Kind(_turned, "stopped", _OTHERS),
    "columns backwards": Kind(_backwards, "stopped", _OTHERS),
    "without a header": Kind(_headless, "refused", _HEADER),
    "a title above": Kind(_title_above, "refused", _HEADER),
    "UTF-16": Kind(_in("utf-16"), "refused", _UTF),
    "UTF-16 without its mark": Kind(_in("utf-16-le"), "refused", _HEADER),
    "UTF-32": Kind(_in("utf-32"), "refused", _UTF),
    "EBCDIC": Kind(_in("cp037"), "refused", _HEADER),
    "a byte of no encoding": Kind(_odd_byte, "refused", _BYTES),
    "empty lines alone": Kind(lambda records, chance: b"\r\n\r\n\n", "refused", _EMPTY),
    "spaces alone": Kind(lambda records, chance: b"   \n   ", "refused", _HEADER),
    "binary": Kind(_noise, "refused", _HEADER),
    "binary below a header": Kind(_noise_below, "refused", r", record \d+: |: the file can't be read as CSV"),
    "packed": Kind(lambda records, chance: gzip.compress(text(records).encode(), mtime=0), "refused", _HEADER),
    "a PDF": Kind(lambda records, chance: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "refused", _HEADER),
    "a NUL": Kind(_changed(lambda record, chance: [*record[:-1], f"{NAME}\0"]), "refused", _NUL),
    "lines that end as they did on old machines": Kind(_old_lines, "refused", _HEADER),
    "all in one line": Kind(_one_line, "refused", r": (column \w+ of [\w.]+ stands twice|the first line is not)"),
    "an empty line between": Kind(_line(lambda line, chance: "\n" + line), "refused", r", record \d+: an empty line\."),
    "a quote that opens": Kind(_line(lambda line, chance: line.replace(",", ',"', 1)), "refused", _QUOTE),
    "a quote within a field": Kind(_line(lambda line, chance: line.replace(",", f',{NAME}" ', 1)), "refused", _QUOTE),
    "two quotes that open": Kind(_quote_spanning, "kept out", rf"({_FIELDS}|{_QUOTE}|{_OTHERS})"),
    "a column twice": Kind(
        lambda records, chance: text([[*record, record[0]] for record in records]).encode(),
        "refused",
        r": column \w+ of [\w.]+ stands twice\. Leave one",
    ),
    "a record of 20 MB": Kind(
        _endless, "refused", r", line \d+: more than 8 MB without the end of a line\. Have the export"
    ),
    "a long text, and a record cut": Kind(_long_and_broken, "refused", _FIELDS),
    "1 MB in a field": Kind(_megabyte(1), "loaded", None),
    "1 MB in the key": Kind(_megabyte(0), "loaded", "key"),
    "a formula in a field": Kind(_changed(lambda r, chance: [r[0], f"{FORMULA}{NAME}", *r[2:]]), "loaded", None),
    "a formula in the key": Kind(_changed(lambda r, chance: [f"{FORMULA}{NAME}", *r[1:]]), "loaded", "key"),
}
