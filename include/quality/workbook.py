"""The worklist as a workbook: a sheet a team, one without a team, the data engineer's, what was accepted."""

import re
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from include.quality.lists import HELD, WHERE, Lists
from include.quality.worklist import Worklist, record_numbers

# heading, width in characters, what stands in it
_COLUMNS = (
    ("severity", 10, lambda row: row["severity"]),
    ("nights open", 8, lambda row: row["nights_open"]),
    ("since", 12, lambda row: row["first_night"]),
    ("last seen", 12, lambda row: row["last_night"]),
    ("child", 12, lambda row: row["child_ref"]),
    ("worker", 12, lambda row: row["worker_id"]),
    ("table", 28, lambda row: f"{row['source']}.{row['table_name']}"),
    ("record", 20, lambda row: row["record_key"]),
    ("column", 28, lambda row: row["column_name"]),
    ("what is wrong", 50, lambda row: row["what_is_wrong"]),
    ("how to fix it", 50, lambda row: row["how_to_fix"]),
    ("held back", 10, lambda row: "yes" if row["is_held"] else None),
    ("who can", 26, lambda row: row["owner"]),
    ("file", 28, lambda row: row["file_name"]),
    ("record number", 14, record_numbers),
    ("rule", 40, lambda row: row["rule_id"]),
)
_ACCEPTED = (
    ("line", 6, lambda row: row["line"]),
    ("state", 24, lambda row: row["state"]),
    ("failures left out", 10, lambda row: row["failures"]),
    ("rule", 40, lambda row: row["rule_id"]),
    ("table", 28, lambda row: row["table_name"]),
    ("record", 20, lambda row: row["record_key"]),
    ("column", 28, lambda row: row["column_name"]),
    ("reason", 50, lambda row: row["reason"]),
    ("accepted by", 26, lambda row: row["accepted_by"]),
    ("from", 12, lambda row: row["accepted_on"]),
    ("until", 12, lambda row: row["accepted_until"]),
    ("still held back", 10, lambda row: "yes" if row["is_held"] else None),
)
_MOST_ROWS = 1_000_000  # a sheet of Excel ends at 1,048,576
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def harmless(value: object) -> object:
    """A cell's value that no program takes for a formula: text that starts like one gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def write_workbook(path: Path, worklist: Worklist, lists: Lists) -> None:
    """Write the worklist, as Excel and LibreOffice read it, into a file."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for one in lists.all:
        sheet = book.create_sheet(_title(one.short_title, taken))
        _fill(sheet, (f"{one.title}, as at {worklist.night}", *([one.note] if one.note else [])), _COLUMNS, one.rows)
    sheet = book.create_sheet(_title("Accepted", taken))
    _fill(sheet, (f"Accepted as false alarms, as at {worklist.night}", WHERE, HELD), _ACCEPTED, worklist.accepted)
    book.save(path)


def _fill(sheet, notes: tuple[str, ...], columns: tuple, rows: list[dict]) -> None:
    """A sheet: lines that say what it is, a row of headings, a row a failure."""
    sheet.freeze_panes = f"A{len(notes) + 2}"
    for number, (_, width, _) in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    for note in notes:
        sheet.append([_cell(sheet, note, Font(italic=True))])
    sheet.append([_cell(sheet, heading, Font(bold=True)) for heading, _, _ in columns])
    for row in rows[:_MOST_ROWS]:
        sheet.append([_cell(sheet, value_of(row)) for _, _, value_of in columns])
    if len(rows) > _MOST_ROWS:
        sheet.append([_cell(sheet, f"{len(rows) - _MOST_ROWS} more: read them in quality.worklist")])


def _cell(sheet, value: object, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=harmless(value))
    if isinstance(value, str):
        cell.data_type = "s"
    if font:
        cell.font = font
    else:
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _title(wanted: str, taken: set[str]) -> str:
    """A title that Excel takes: at most 31 characters, none of []:*?/\\, and no other sheet's, whatever the case."""
    clean = _NOT_IN_A_TITLE.sub("_", wanted).strip("'")[:31] or "_"
    title, number = clean, 2
    while title.lower() in taken or title.lower() == "history":
        title = f"{clean[: 31 - len(f' {number}')]} {number}"
        number += 1
    taken.add(title.lower())
    return title
