"""Ways in which Ofsted's workbook is broken: each takes a good one as bytes and gives bytes."""

import io
import re
import zipfile
from collections.abc import Callable
from random import Random

from openpyxl import load_workbook

from tests.broken.kind import FORMULA, MEGABYTE, NAME, Kind

_UNREADABLE = r": it can't be read as a workbook\. Save it again as \.xlsx"
_TOO_LARGE = r": it unpacks to [\d,]+ MB, and no more than \d+ MB are read\. Have it saved again"
_PARTS_TOO_LARGE = r": its parts but the sheets unpack to [\d,]+ MB, and no more than \d+ MB are read\. Have it saved"
_NO_SHEET = r": no sheet of annex_a is in it\. Name the sheets"
_NO_HEADER = r", sheet List \d+: no header of annex_a\.\w+ in its first rows\. Leave the standard's headers"
_NO_COLUMN = r", sheet List \d+: required column \w+"
_SHEET = "xl/worksheets/sheet7.xml"


def _part(name: str, change: Callable, *, filled: tuple[bytes, int] = (b"", 0)) -> Callable[[bytes, Random], bytes]:
    """One part of the packed file is another one, or not there; one that is not there is added.

    `filled`: what is written behind it, and how often, a megabyte and more at a time.
    """

    def broken(book: bytes, chance: Random) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(book)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
            parts = {part.filename: packed.read(part) for part in packed.infolist()}
            for part, content in ({name: b""} | parts).items():
                changed = change(content) if part == name else content
                if changed is None:
                    continue
                with written.open(part, "w") as target:
                    target.write(changed)
                    for _ in range(filled[1] if part == name else 0):
                        target.write(filled[0])
        return out.getvalue()

    return broken


def _sheet(change: Callable, sheet: str = "List 7") -> Callable[[bytes, Random], bytes]:
    """A sheet is changed as whoever fills it in would."""

    def broken(book: bytes, chance: Random) -> bytes:
        opened = load_workbook(io.BytesIO(book))
        change(opened[sheet])
        out = io.BytesIO()
        opened.save(out)
        return out.getvalue()

    return broken


def _declares(book: bytes, chance: Random) -> bytes:
    """10 GB by what its directory declares; in truth as small as before."""
    packed, at = bytearray(book), 0
    for _ in range(3):
        at = packed.index(b"PK\x01\x02", at) + 4
        packed[at + 20 : at + 24] = (0xFFFFFFFE).to_bytes(4, "little")
    return bytes(packed)


_SPACES = _part(_SHEET, lambda content: content, filled=(b" " * MEGABYTE, 300))


def _understates(book: bytes, chance: Random) -> bytes:
    """A sheet that unpacks to 300 MB and declares a hundred bytes."""
    packed = bytearray(_SPACES(book, chance))
    at = 0
    while (at := packed.index(b"PK\x01\x02", at)) >= 0:
        if packed[at + 46 :].startswith(_SHEET.encode()):
            packed[at + 24 : at + 28] = (100).to_bytes(4, "little")
            return bytes(packed)
        at += 4
    raise AssertionError("no such part")


def _declared(types: str, used: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        head, root, rest = content.partition(b"<worksheet")
        return head + f"<!DOCTYPE worksheet {types}>".encode() + root + rest.replace(b"</v>", used.encode() + b"</v>")

    return change


def _turned(sheet) -> None:
    """Every value one column to the right of its header."""
    for row in sheet.iter_rows(min_row=2):
        values = [cell.value for cell in row]
        for cell, value in zip(row, [values[-1], *values[:-1]], strict=True):
            cell.value = value


def _cell(value: str, column: int = 7) -> Callable:
    def change(sheet) -> None:
        sheet.cell(3, column).value = value

    return change


def _second(sheet) -> None:
    sheet.parent.copy_worksheet(sheet).title = "List 7 old"


def _rename(sheet) -> None:
    for number, each in enumerate(sheet.parent.worksheets):
        each.title = f"{NAME} {number}"


def _no_such_text(content: bytes) -> bytes:
    return re.sub(rb't="inlineStr"><is><t>[^<]*</t></is>', b't="s"><v>99999</v>', content)


def _flipped(book: bytes, chance: Random) -> bytes:
    """A byte within a sheet's packed part is another one: what is read of it is not what was written."""
    at = book.index(_SHEET.encode()) + len(_SHEET) + 300
    return book[:at] + bytes([book[at] ^ 0xFF]) + book[at + 1 :]


def _longer(content: bytes) -> bytes:
    """A team has a name of a megabyte."""
    return content.replace(b"(invented)", (NAME * MEGABYTE)[:MEGABYTE].encode(), 1)


_BILLION = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
WORKBOOK_KINDS = {
    "cut": Kind(lambda book, chance: book[: chance.randrange(2_000, len(book) - 2_000)], "refused", _UNREADABLE),
    "cut short": Kind(lambda book, chance: book[:40], "refused", _UNREADABLE),
    "cut, with a manifest": Kind(lambda book, chance: book[:-30], "refused", _UNREADABLE, manifest=True),
    "empty": Kind(lambda book, chance: b"", "refused", _UNREADABLE),
    "binary": Kind(lambda book, chance: chance.randbytes(20_000), "refused", _UNREADABLE),
    "a CSV": Kind(lambda book, chance: f"Child Unique ID\n{NAME}\n".encode(), "refused", _UNREADABLE),
    "with a password": Kind(
        lambda book, chance: bytes.fromhex("d0cf11e0a1b11ae1") + chance.randbytes(len(book)), "refused", _UNREADABLE
    ),
    "a byte changed within": Kind(_flipped, "refused", _UNREADABLE),
    "another packed file": Kind(_part("xl/workbook.xml", lambda content: None), "refused", _UNREADABLE),
    "a sheet's part missing": Kind(_part(_SHEET, lambda content: None), "loaded", None),
    "a sheet's part empty": Kind(_part(_SHEET, lambda content: b""), "refused", _UNREADABLE),
    "a sheet's part cut": Kind(_part(_SHEET, lambda content: content[:-900]), "refused", _UNREADABLE),
    "texts that are not there": Kind(_part(_SHEET, _no_such_text), "refused", _UNREADABLE),
    "10 GB declared": Kind(_declares, "refused", _TOO_LARGE),
    "300 MB in a sheet": Kind(_SPACES, "refused", _TOO_LARGE),
    "300 MB that it does not declare": Kind(_understates, "refused", _UNREADABLE),
    "60 MB of texts": Kind(
        _part("xl/sharedStrings.xml", lambda content: content, filled=(b"<si/>" * (MEGABYTE // 5), 60)),
        "refused",
        _PARTS_TOO_LARGE,
    ),
    "entities within entities": Kind(
        _part(_SHEET, _declared(f'[<!ENTITY a0 "{NAME}">{_BILLION}]', "&a9;")), "refused", _UNREADABLE
    ),
    "a file outside": Kind(
        _part(_SHEET, _declared('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "&x;")), "refused", _UNREADABLE
    ),
    "a document type outside": Kind(_part(_SHEET, _declared('SYSTEM "http://127.0.0.1:9/a.dtd"', "")), "loaded", None),
    "sheets of other names": Kind(_sheet(_rename), "refused", _NO_SHEET),
    "two sheets of a list": Kind(_sheet(_second), "refused", r": sheets List 7 and List 7 old are both for"),
    "without a header": Kind(_sheet(lambda sheet: sheet.delete_rows(1)), "refused", _NO_HEADER),
    "a column that was deleted": Kind(_sheet(lambda sheet: sheet.delete_cols(7)), "refused", _NO_COLUMN),
    "a column twice": Kind(
        _sheet(lambda sheet: setattr(sheet.cell(1, 2), "value", sheet.cell(1, 1).value)),
        "refused",
        r", sheet List 7: column \w+ of [\w.]+ stands twice",
    ),
    "shifted within its columns": Kind(_sheet(_turned), "stopped", r"\.rows\.in_other_columns \(1 failing\): "),
    "a row beyond the last": Kind(
        _part(_SHEET, lambda content: content.replace(b'<row r="3"', b'<row r="99999999999"')),
        "refused",
        r", sheet List 7: it has a row beyond the last that a sheet can have\. Have it saved again",
    ),
    "a path in a part's name": Kind(_part("../../../tmp/zorvane.xml", lambda content: b"<a/>"), "loaded", None),
    "a formula in a day": Kind(_sheet(_cell(f"{FORMULA}{NAME}", 7)), "loaded", "unreadable"),
    "a formula in the key": Kind(_sheet(_cell(f"{FORMULA}{NAME}", 1)), "loaded", "key"),
    "1 MB in a cell": Kind(_part(_SHEET, _longer), "loaded", None),
}
