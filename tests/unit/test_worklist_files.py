"""The page and the workbook of the worklist: whatever stands in a row, it is text there and nothing else."""

from datetime import date

import openpyxl
import pytest

from include.quality import page as page_module
from include.quality import workbook as workbook_module
from include.quality.lists import divide
from include.quality.page import page
from include.quality.workbook import _title, harmless, write_workbook
from include.quality.worklist import Worklist

NIGHT = date(2026, 3, 31)


def _row(**values) -> dict:
    """A failure of a child of team T1."""
    return {
        "rule_id": "ssd.person.pers_dob.unreadable",
        "severity": "warning",
        "owner": "performance team",
        "source": "ssd",
        "table_name": "person",
        "record_key": "1001",
        "child_ref": "1001",
        "team_id": "T1",
        "worker_id": "W1",
        "column_name": "pers_dob",
        "file_name": "ssd_person.csv",
        "record_numbers": [7, 9],
        "first_night": NIGHT,
        "last_night": NIGHT,
        "nights_open": 1,
        "is_held": False,
        "what_is_wrong": "It can't be read",
        "how_to_fix": "Correct it",
        "rule_source": "contract of ssd",
    } | values


def _worklist(*rows) -> Worklist:
    return Worklist(NIGHT, {"ssd": NIGHT}, list(rows), [], 0, [], [NIGHT])


def _book(folder, worklist, names=None):
    path = folder / "quality.xlsx"
    write_workbook(path, worklist, divide(worklist, names or {}))
    return openpyxl.load_workbook(path)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_what_starts_like_a_formula_is_text(tmp_path, start):
    """In every column that holds text, and in the name of a team."""
    text = f'{start}HYPERLINK("http://invalid","x")'
    named = ("rule_id", "record_key", "child_ref", "worker_id", "column_name", "file_name", "what_is_wrong", "source")
    book = _book(tmp_path, _worklist(_row(**dict.fromkeys(named, text))), {"T1": text})
    cells = [cell for row in book["T1"].iter_rows() for cell in row if cell.value is not None]
    assert len([cell for cell in cells if "HYPERLINK" in str(cell.value)]) == len(named) + 1
    for cell in cells:
        assert cell.data_type != "f"
        assert not str(cell.value).startswith(start)


def test_other_text_numbers_and_days_stay_as_they_are():
    for value in ("1001", "a=b", "", 7, -7, NIGHT, None):
        assert harmless(value) == value
    assert harmless("=1") == "'=1"
    assert harmless("a\x00b") == "ab"  # no workbook may hold it


def test_a_row_says_where_the_record_stands(tmp_path):
    row = [cell.value for cell in _book(tmp_path, _worklist(_row()))["T1"][3]]
    assert row[:7] == ["warning", 1, row[2], row[3], "1001", "W1", "ssd.person"]
    assert row[2].date() == NIGHT
    assert "7, 9" in row


def test_titles_of_sheets_are_ones_that_excel_takes():
    taken: set[str] = set()
    titles = [_title(wanted, taken) for wanted in ("T/1", "t:1", "x" * 40, "X" * 40, "'", "History", "Data engineer")]
    assert titles == ["T_1", "t_1 2", "x" * 31, "X" * 29 + " 2", "_", "History 2", "Data engineer"]


def test_a_team_with_the_name_of_another_sheet_has_its_own(tmp_path):
    book = _book(tmp_path, _worklist(_row(team_id="Accepted"), _row(team_id="accepted")))
    assert book.sheetnames == ["Accepted", "accepted 2", "Without a team", "Data engineer", "Accepted 3"]


def test_a_list_too_long_says_how_much_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_module, "_MOST_ROWS", 2)
    monkeypatch.setattr(page_module, "_MOST_ROWS", 2)
    worklist = _worklist(*(_row(record_key=f"100{number}") for number in range(5)))
    cells = [row[0] for row in _book(tmp_path, worklist)["T1"].iter_rows(values_only=True)]
    assert cells[-3:] == ["warning", "warning", "3 more: read them in quality.worklist"]
    text = page(worklist, divide(worklist, {}))
    assert "3 more stand in the workbook" in text
    assert text.count("Correct it") == 2


def test_the_page_shows_what_stands_in_a_row_as_text():
    text = "<script>alert(1)</script>\"'&"
    worklist = _worklist(
        _row(record_key=text, file_name=text, team_id=text, severity=text, owner=text, what_is_wrong=text)
    )
    shown = page(worklist, divide(worklist, {text: text}))
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_a_page_of_nothing_says_so():
    worklist = _worklist()
    text = page(worklist, divide(worklist, {}))
    assert text.count("Nothing to put right.") == 2
    assert "Nothing is accepted." in text
    assert "Nothing has failed on any night that is shown." in text
