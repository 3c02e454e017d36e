"""CSV files: the dialects that are read, and the clear error for each that can't be. No error shows content."""

import csv
import io

import pytest

from include.contract.model import source
from include.feeds import csv_file
from include.feeds.errors import DeliveryError

SECRET = "Zorvane Quillibex"


@pytest.fixture
def department():
    return source("ssd").table("department")


def _write(tmp_path, content: bytes | str, encoding="utf-8"):
    path = tmp_path / "ssd_department.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def _read(path, table):
    """A file's records as COPY would be given them, by kept column."""
    scanned = csv_file.scan(path)
    header = csv_file.read_header(path, table, scanned)
    body = b"".join(csv_file.stream(path, scanned, header))
    as_is = csv_file.passes_as_is(scanned, header)
    text = body.decode(scanned.encoding if as_is else "utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=header.delimiter if as_is else ",")
    return [dict(zip([c.name for c in header.kept], row, strict=True)) for row in reader]


HEADER = "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_dialects_of_case_systems_are_read(tmp_path, department, delimiter, newline, encoding):
    text = f"{HEADER}T1,Équipe Ő,,\n".replace("Ő", "é").replace(",", delimiter).replace("\n", newline)
    assert _read(_write(tmp_path, text, encoding), department) == [
        {
            "dept_team_id": "T1",
            "dept_team_name": "Équipe é",
            "dept_team_parent_id": "",
            "dept_team_parent_name": "",
        }
    ]


def test_headers_in_any_order_and_case(tmp_path, department):
    path = _write(tmp_path, "\u00a0DEPT_TEAM_NAME , Dept_Team_Id\nHarbour,T1\n")
    assert _read(path, department) == [{"dept_team_name": "Harbour", "dept_team_id": "T1"}]


def test_an_unknown_column_is_dropped_while_the_file_is_read(tmp_path, department):
    path = _write(tmp_path, f'dept_team_id,manager_home_number,dept_team_name\nT1,"{SECRET}\n,",Harbour\n')
    assert _read(path, department) == [{"dept_team_id": "T1", "dept_team_name": "Harbour"}]
    scanned = csv_file.scan(path)
    header = csv_file.read_header(path, department, scanned)
    assert SECRET.encode() not in b"".join(csv_file.stream(path, scanned, header))
    assert header.dropped == ("2",)


def test_a_never_stored_column_is_dropped(tmp_path):
    statements = source("momo").table("statements")
    path = tmp_path / "statements.csv"
    path.write_text(f"statement_id,submitted_at,app,scenario,statement_text\nS1,2026-03-30,ONE,WELLBEING,{SECRET}\n")
    assert [row["statement_id"] for row in _read(path, statements)] == ["S1"]
    assert SECRET not in str(_read(path, statements))


def test_trailing_blank_lines_are_no_records(tmp_path, department):
    assert len(_read(_write(tmp_path, f"{HEADER}T1,A,,\r\n\r\n\n"), department)) == 1


def test_a_header_alone_is_a_file_without_records(tmp_path, department):
    assert _read(_write(tmp_path, HEADER), department) == []


def _refused(path, table) -> DeliveryError:
    def read():
        scanned = csv_file.scan(path)
        header = csv_file.read_header(path, table, scanned)
        raise csv_file.diagnose(path, scanned, header)

    with pytest.raises(DeliveryError) as caught:
        read()
    assert SECRET not in str(caught.value)
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("content", ["", "\n\n", "\r\n"])
def test_an_empty_file_is_refused(tmp_path, department, content):
    assert "empty" in str(_refused(_write(tmp_path, content), department))


def test_a_missing_required_column_is_named(tmp_path, department):
    error = _refused(_write(tmp_path, "dept_team_name\nHarbour\n"), department)
    assert "required column dept_team_id of ssd.department is missing" in str(error)


def test_a_column_that_stands_twice_is_named(tmp_path, department):
    error = _refused(_write(tmp_path, "dept_team_id,DEPT_TEAM_ID\nT1,T2\n"), department)
    assert "column dept_team_id of ssd.department stands twice" in str(error)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (f"T3,{SECRET},,,\n", "5 fields where the header has 4"),
        (f"T3,{SECRET}\n", "2 fields where the header has 4"),
        (f'T3,"{SECRET},,\nT4,x,,\n', "a quote that never closes"),
        (f"T3,{SECRET}\0,,\n", "a NUL byte"),
        ("\nT4,x,,\n", "an empty line"),
    ],
)
def test_a_broken_record_is_named_by_its_number(tmp_path, department, bad, what):
    error = _refused(_write(tmp_path, f'{HEADER}T1,"two\nlines",,\nT2,A,,\n{bad}'), department)
    assert what in str(error)
    assert error.record == 3


def test_a_byte_that_is_in_neither_encoding_is_named(tmp_path, department):
    error = _refused(_write(tmp_path, HEADER.encode() + b"T1,\xe9,,\nT2,\x81,,\n"), department)
    assert "neither UTF-8 nor Windows-1252" in str(error)
    assert error.record == 2


def test_a_byte_that_is_in_neither_encoding_is_named_where_a_column_is_dropped(tmp_path, department):
    path = _write(tmp_path, b"dept_team_id,manager_home_number,dept_team_name\nT1,5,\xe9\nT2,\x8d,Harbour\n")
    with pytest.raises(DeliveryError, match="neither UTF-8 nor Windows-1252") as caught:
        _read(path, department)
    assert caught.value.record == 2


def test_a_quote_that_never_closes_shows_in_the_scan(tmp_path, department):
    assert csv_file.scan(_write(tmp_path, f'{HEADER}T1,"open,,\n')).odd_quotes
    assert not csv_file.scan(_write(tmp_path, f'{HEADER}T1,"a ""b""",,\n')).odd_quotes
