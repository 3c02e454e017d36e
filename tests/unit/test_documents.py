"""Documents taken apart: a return as XML, Ofsted's workbook, a file of several returns; and those that are refused."""

import csv
import resource
import subprocess
import sys
import textwrap
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from include.feeds.batches import Batch, find_batches
from include.feeds.errors import DeliveryError
from include.settings import PROJECT

DAY = date(2024, 7, 1)
CHILD = (
    "<CHILD><HEADER><CHILDID>C1</CHILDID><SEX>2</SEX><DOB>03/02/2010</DOB><UASC>{uasc}</UASC><IN_TOUCH>{in_touch}"
    "</IN_TOUCH><AREVIEW><REVIEW>01/06/2023</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
    "<AREVIEW><REVIEW>01/12/2023</REVIEW><REVIEW_CODE>PN2</REVIEW_CODE></AREVIEW></HEADER>"
    "<EPISODE><DECOM>04/05/2022</DECOM><RNE>S</RNE><PL>U4</PL><DEC></DEC></EPISODE></CHILD>"
)


def _deliver(drop: Path, source_name: str, name: str, content: str | bytes) -> Path:
    folder = drop / source_name / DAY.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _batches(drop: Path, source_name: str) -> list[Batch]:
    workspace = drop / "workspace"
    workspace.mkdir(exist_ok=True)
    return find_batches(drop, source_name, DAY, workspace)


def _records(batch: Batch) -> dict[str, list[dict[str, str]]]:
    records = {}
    for file in batch.files:
        with file.path.open(encoding="utf-8", newline="") as handle:
            records[file.table.name] = list(csv.DictReader(handle))
    return records


def _workbook(path: Path, **sheets: list[list[object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_an_ssda903_in_xml_gives_the_records_of_its_modules(tmp_path):
    children = CHILD.format(uasc="1", in_touch="") + CHILD.format(uasc="0", in_touch="YES").replace("C1", "C2")
    _deliver(tmp_path, "ssda903", "2023-ssda903.xml", f"<EXPSSDA903>{children}</EXPSSDA903>")
    (batch,) = _batches(tmp_path, "ssda903")
    records = _records(batch)
    assert batch.slice == "2023/24"
    assert [(row["child"], row["sex"], row["dob"]) for row in records["header"]] == [
        ("C1", "2", "03/02/2010"),
        ("C2", "2", "03/02/2010"),
    ]
    assert [(row["child"], row["decom"], row["place"], row["dec"]) for row in records["episodes"]] == [
        ("C1", "04/05/2022", "U4", ""),
        ("C2", "04/05/2022", "U4", ""),
    ]
    assert [(row["child"], row["dob"], row["review_code"]) for row in records["reviews"][:2]] == [
        ("C1", "03/02/2010", "PN1"),
        ("C1", "03/02/2010", "PN2"),
    ]
    # a module stands in the header of the children it is about
    assert [row["child"] for row in records["uasc"]] == ["C1"]
    assert [row["child"] for row in records["oc3"]] == ["C2"]
    assert records["missing"] == records["ad1"] == []


def test_a_census_says_of_which_year_it_is(tmp_path, real_data):
    _deliver(tmp_path, "cin_census", "anything.xml", (real_data / "cin_census" / "CIN_Census_2024.xml").read_bytes())
    (batch,) = _batches(tmp_path, "cin_census")
    records = _records(batch)
    assert batch.slice == "2023/24"
    assert {name: len(rows) for name, rows in records.items()} == {
        "children": 2,
        "referrals": 2,
        "section_47": 1,
        "child_protection_plans": 1,
        "plan_reviews": 1,
    }
    assert records["plan_reviews"] == [
        {"la_child_id": "DfEX0000001", "cpp_start_date": "2022-02-17", "cpp_review_date": "2023-02-15"}
    ]
    assert records["section_47"][0]["cin_referral_date"] == "2022-10-06"


def test_a_namespace_and_another_encoding_change_nothing(tmp_path, real_data):
    text = (real_data / "cin_census" / "CIN_Census_2024.xml").read_text(encoding="utf-8")
    text = '<?xml version="1.0" encoding="UTF-16"?>' + text.replace("<Message>", '<Message xmlns="urn:census">')
    _deliver(tmp_path, "cin_census", "census.xml", text.encode("utf-16"))
    (batch,) = _batches(tmp_path, "cin_census")
    assert len(_records(batch)["children"]) == 2


def test_the_workbook_gives_its_lists_with_headers_and_categories_as_they_come(tmp_path, real_data):
    _deliver(tmp_path, "annex_a", "Annex_A.xlsx", (real_data / "annex_a" / "Annex_A.xlsx").read_bytes())
    (batch,) = _batches(tmp_path, "annex_a")
    records = _records(batch)
    assert {name: len(rows) for name, rows in records.items()} == {
        "section_47": 5,
        "children_in_need": 5,
        "child_protection_plans": 7,
        "children_in_care": 5,
        "care_leavers": 6,
        "adoption": 5,
    }
    first = records["children_in_care"][0]
    assert (first["child_unique_id"], first["care_start_date"], first["unaccompanied"]) == (
        "1761444",
        "2009-08-06",
        "b) No",
    )
    assert first["missing_in_year"] == "0"  # below a header in curly quotes
    # names of workers, and what is not needed, are not even written beside the file
    assert not {"allocated_worker", "age"} & set(first)
    # days that formulas give
    assert records["adoption"][0]["decision_date"] == "2009-08-11"


def test_a_header_below_a_title_empty_rows_and_a_day_shown_as_a_number(tmp_path):
    _workbook(
        tmp_path / "annex_a" / DAY.isoformat() / "Annex A.xlsx",
        List_7=[
            ["Child protection plans, 16 March 2021"],
            [],
            ["Child\u00a0Unique ID ", "CHILD PROTECTION PLAN START DATE", "Child Protection Plan End Date", "Anything"],
            [17, 44000, datetime(2021, 3, 1), "not kept"],
            [None, None, None, None],
            ["C18", datetime(2021, 2, 3, 10, 30), "#N/A", "=1+1"],
        ],
    )
    (batch,) = _batches(tmp_path, "annex_a")
    assert _records(batch) == {
        "child_protection_plans": [
            {"child_unique_id": "17", "plan_start_date": "2020-06-18", "plan_end_date": "2021-03-01"},
            {"child_unique_id": "C18", "plan_start_date": "2021-02-03 10:30:00", "plan_end_date": ""},
        ]
    }


def test_no_record_of_a_long_list_is_lost(tmp_path):
    _workbook(
        tmp_path / "annex_a" / DAY.isoformat() / "Annex A.xlsx",
        List_7=[["Child Unique ID", "Child Protection Plan Start Date"], *([f"C{n}", "2021-01-01"] for n in range(70))],
    )
    (batch,) = _batches(tmp_path, "annex_a")
    found = [row["child_unique_id"] for row in _records(batch)["child_protection_plans"]]
    assert found == [f"C{n}" for n in range(70)]


def test_a_formula_without_a_result_is_no_empty_cell(tmp_path):
    _workbook(
        tmp_path / "annex_a" / DAY.isoformat() / "Annex A.xlsx",
        List_7=[["Child Unique ID", "Child Protection Plan Start Date"], ["C1", "=A1+5"]],
    )
    (batch,) = _batches(tmp_path, "annex_a")
    assert _records(batch)["child_protection_plans"][0]["plan_start_date"] == "=A1+5"


def test_a_file_of_several_returns_is_a_batch_a_year(tmp_path, real_data):
    name = "SSDA903_episodes_for_testing_fixes_INPUT.csv"
    _deliver(tmp_path, "ssda903", name, (real_data / "ssda903_edge" / name).read_bytes())
    batches = _batches(tmp_path, "ssda903")
    years = {"2016/17": 4, "2017/18": 5, "2018/19": 3, "2019/20": 6, "2021/22": 3, "2022/23": 2}
    assert {batch.slice: len(_records(batch)["episodes"]) for batch in batches} == years
    for batch in batches:
        assert {row["year"] for row in _records(batch)["episodes"]} == {str(int(batch.slice[:4]) + 1)}


def test_a_name_may_have_the_year_in_which_the_return_ends(tmp_path, real_data):
    for part in ("header", "episodes"):
        name = f"SSDA903_2020_{part}.csv"
        _deliver(tmp_path, "ssda903", name, (real_data / "ssda903_edge" / name).read_bytes())
    (batch,) = _batches(tmp_path, "ssda903")
    assert batch.slice == "2019/20"
    assert batch.missing[:2] == ("ssda903.reviews", "ssda903.uasc")
    # returns of that year had neither
    assert not {"ssda903.sw_episodes", "ssda903.dolo"} & set(batch.missing)


def _with_workers(drop: Path, within: str) -> None:
    """A return as XML, with something of its child in the header, and its social workers as a file beside it."""
    header = f"<CHILDID>C1</CHILDID><SEX>1</SEX><DOB>01/01/2015</DOB>{within}"
    child = f"<CHILD><HEADER>{header}</HEADER><EPISODE><DECOM>01/04/2024</DECOM></EPISODE></CHILD>"
    _deliver(drop, "ssda903", "2024-ssda903.xml", f"<EXPSSDA903>{child}</EXPSSDA903>")
    workers = "CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON\nC1,01/01/2015,SW123456,01/04/2024,,\n"
    _deliver(drop, "ssda903", "2024-sw_episodes.csv", workers)


def test_what_an_xml_says_nothing_of_may_come_as_a_file_beside_it(tmp_path):
    _with_workers(tmp_path, "")
    (batch,) = _batches(tmp_path, "ssda903")
    assert [row["SW_ID"] for row in _records(batch)["sw_episodes"]] == ["SW123456"]


def test_what_an_xml_says_and_a_file_beside_it_too_is_refused(tmp_path):
    _with_workers(tmp_path, "<SW_EPISODE><SW_ID>SW123456</SW_ID><SW_DECOM>01/04/2024</SW_DECOM></SW_EPISODE>")
    with pytest.raises(DeliveryError, match=r"is for ssda903\.sw_episodes too\. Leave one file a table"):
        _batches(tmp_path, "ssda903")


def test_an_xml_that_declares_an_entity_is_refused_whatever_it_says(tmp_path):
    bomb = f'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{"&a;" * 10}">]><EXPSSDA903>&b;</EXPSSDA903>'
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><EXPSSDA903>&x;</EXPSSDA903>'
    for content in (bomb, outside, '<!DOCTYPE EXPSSDA903 SYSTEM "http://example.org/a.dtd"><EXPSSDA903/>'):
        path = _deliver(tmp_path, "ssda903", "2023-ssda903.xml", content)
        with pytest.raises(DeliveryError, match="declares a document type or an entity") as caught:
            _batches(tmp_path, "ssda903")
        assert caught.value.where == str(path)


@pytest.mark.parametrize(
    ("source_name", "name", "content", "said"),
    [
        ("ssda903", "2023-ssda903.xml", "<EXPSSDA903><CHILD>", "line 1: it is not well-formed XML"),
        ("ssda903", "2023-ssda903.xml", "<EXPSSDA903>\n\n<CHILD></EXPSSDA903>", "line 3: it is not well-formed XML"),
        ("ssda903", "2023-ssda903.xml", b"PK\x03\x04\0\0", "it is not well-formed XML"),
        ("ssda903", "2023-ssda903.xml", "", "it is not well-formed XML"),
        ("ssda903", "2023-ssda903.xml", "<Message><Children/></Message>", "there is no element CHILD in it"),
        ("ssda903", "2023-ssda903.xml", "<?xml version='1.0' encoding='x-none'?><a/>", "can't be read"),
        ("ssda903", "ssda903.xml", "<EXPSSDA903><CHILD/></EXPSSDA903>", "which slice it is can't be read"),
        ("ssda903", "episodes.csv", "CHILD,DECOM\nC1,01/04/2020\n", "which slice it is can't be read"),
        (
            "ssda903",
            "episodes.csv",
            "CHILD,DECOM,YEAR\nC1,1/4/2020,2021\nC2,1/4/2020,20\n",
            "record 2: its YEAR is not",
        ),
        ("cin_census", "census.xml", "<Message><Children><Child/></Children></Message>", "ReferenceDate gives no day"),
        ("annex_a", "a.xlsx", b"PK\x03\x04not a workbook", "can't be read as a workbook"),
        ("annex_a", "a.xlsx", "", "can't be read as a workbook"),
        ("annex_a", "a.xlsx", "Child Unique ID,Gender\n", "can't be read as a workbook"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_in_one_line(source_name, name, content, said, tmp_path):
    _deliver(tmp_path, source_name, name, content)
    with pytest.raises(DeliveryError) as caught:
        _batches(tmp_path, source_name)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"List_3": [["Child Unique ID"], ["C1"]]}, "no sheet of annex_a is in it"),
        ({"List_7": [["x"], ["y"]]}, "sheet List 7: no header of annex_a.child_protection_plans"),
        ({"List_7": [["Child Unique ID"], ["C1"]]}, "sheet List 7: required column plan_start_date"),
        (
            {"List_7": [["Child Unique ID", "Child Protection Plan Start Date"]], "list_7_old": [["x"]]},
            "sheets List 7 and list 7 old are both for",
        ),
    ],
)
def test_what_is_wrong_with_a_workbook_is_said_in_one_line(sheets, said, tmp_path):
    _workbook(tmp_path / "annex_a" / DAY.isoformat() / "a.xlsx", **sheets)
    with pytest.raises(DeliveryError) as caught:
        _batches(tmp_path, "annex_a")
    assert said in str(caught.value)


def _declaring(path: Path, size: int) -> None:
    """A small workbook one part of which declares, and would unpack to, so many bytes of shared texts."""
    _workbook(path, List_7=[["Child Unique ID", "Child Protection Plan Start Date"], ["C1", "2021-01-01"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/filler.xml", "w", force_zip64=True) as part,
    ):
        block = b" " * (1 << 20)
        for _ in range(size >> 20):
            part.write(block)


def test_documents_made_to_fill_the_machine_end_in_a_clear_message_within_a_gigabyte(tmp_path):
    """10 GB declared by a small workbook; entities; a child without end: each read by a process held to 1 GB."""
    book = _workbook(
        tmp_path / "annex_a" / DAY.isoformat() / "small.xlsx",
        List_7=[["Child Unique ID", "Child Protection Plan Start Date"], ["C1", "2021-01-01"]],
    )
    packed = bytearray(book.read_bytes())
    # the size that the central directory declares of the workbook's first part: 10 GB less one byte does not fit its
    # four bytes, so two parts declare the most that does
    at = 0
    for _ in range(3):
        at = packed.index(b"PK\x01\x02", at) + 4
        packed[at + 20 : at + 24] = (0xFFFFFFFE).to_bytes(4, "little")
    book.write_bytes(packed)
    endless = tmp_path / "ssda903" / DAY.isoformat() / "2023-ssda903.xml"
    endless.parent.mkdir(parents=True)
    with endless.open("w") as handle:
        handle.write("<EXPSSDA903><CHILD><HEADER>")
        for _ in range(300):
            handle.write("<UPN>" + "a" * (1 << 20) + "</UPN>")
    script = textwrap.dedent(
        f"""
        import resource
        from datetime import date
        from pathlib import Path
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        from include.feeds.batches import find_batches
        from include.feeds.errors import DeliveryError
        drop = Path({str(tmp_path)!r})
        for name in ("annex_a", "ssda903"):
            try:
                find_batches(drop, name, date.fromisoformat("{DAY}"), drop)
            except DeliveryError as error:
                print(error.what)
        """
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [
        "it unpacks to 12,288 MB, and no more than 256 MB are read",
        "more than 16 MB without the end of a child's records",
    ]


def test_a_workbook_that_really_unpacks_to_more_is_refused_before_it_is(tmp_path):
    path = tmp_path / "annex_a" / DAY.isoformat() / "a.xlsx"
    _declaring(path, 300 << 20)
    assert path.stat().st_size < 1 << 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DeliveryError, match="unpacks to 300 MB"):
        _batches(tmp_path, "annex_a")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_memory_does_not_grow_with_the_number_of_children(tmp_path):
    children = CHILD.format(uasc="0", in_touch="")
    _deliver(tmp_path, "ssda903", "2023-ssda903.xml", f"<EXPSSDA903>{children * 40_000}</EXPSSDA903>")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (batch,) = _batches(tmp_path, "ssda903")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes; the file has 18 MB
    assert sum(1 for _ in batch.files[0].path.open()) == 40_001


def test_a_document_is_held_against_its_manifest(tmp_path):
    content = f"<EXPSSDA903>{CHILD.format(uasc='0', in_touch='')}</EXPSSDA903>"
    _deliver(tmp_path, "ssda903", "ssda903.xml", content)
    manifest = '{"files": [{"file": "ssda903.xml", "rows": ROWS}], "slice": {"return_year": 2023}}'
    _deliver(tmp_path, "ssda903", "manifest.json", manifest.replace("ROWS", "5"))
    with pytest.raises(DeliveryError, match="4 records where the manifest promises 5"):
        _batches(tmp_path, "ssda903")
    _deliver(tmp_path, "ssda903", "manifest.json", manifest.replace("ROWS", "4"))
    assert [batch.slice for batch in _batches(tmp_path, "ssda903")] == ["2023/24"]
    _deliver(tmp_path, "ssda903", "manifest.json", manifest.replace('"rows": ROWS', '"sha256": "00"'))
    with pytest.raises(DeliveryError, match="its sha256 is not the one in the manifest"):
        _batches(tmp_path, "ssda903")
