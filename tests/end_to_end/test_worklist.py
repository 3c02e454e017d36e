"""What the gates found, whose it is to put right and since when; and what an accepted false alarm does and does not.

Two nights of one council. Most faults stand on both; one is put right in between, and one acceptance ends on the first.
"""

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace
from unittest.mock import patch

import openpyxl
import pytest

from expectations import registry
from expectations.rule import Rule
from include.commands import quality
from include.history.withdraw import withdraw
from include.night import publish_day
from include.quality import worklist
from include.quality.publication_gate import gate_build
from include.quality.results import GateStopped
from include.quality.worklist import read_worklist
from include.warehouse.builds import newest_build
from tests import small_project as small
from tests.conftest import environment, warehouse_of
from tests.councils import NIGHT, Council, ago
from tests.deliveries import LEAST, deliver
from tests.end_to_end.night import load

BEFORE = NIGHT - timedelta(days=1)
NAME = "Zorvane Quillibex"
PLACEMENT_ENDS = "ssd.cla_placement.ends_before_it_starts"
PLACEMENT_TYPE = "ssd.cla_placement.clap_cla_placement_type.unreadable"
AGREED = "cssu.permanence_plan_decisions.agreed_before_proposed"
TOOK_PART = "ssd.cla_reviews.participation_missing"
REPEATED = "ssd.legal_status.key.repeated"
NO_AGE = "marts.permanence_tracker.age_unknown"
NO_PERIOD = "marts.fct_permanence_plan.period_unknown"
NO_FILE = "cssu.sibling_groups.file.missing"

SEED = f"""rule_id,table_name,record_key,column_name,reason,accepted_by,accepted_on,accepted_until
{PLACEMENT_TYPE},cla_placement,PL-until1,clap_cla_placement_type,=1+1,@manager,{BEFORE},{BEFORE}
{PLACEMENT_TYPE},cla_placement,PL-still1,,a kind of its own,manager,{BEFORE},2026-12-31
{REPEATED},legal_status,L-held1,,known to the supplier,manager,{BEFORE},2026-12-31
ssd.no_table.no_claim,cla_placement,PL-late1,,,manager,{BEFORE},2026-12-31
{PLACEMENT_ENDS},cla_placement,PL-nobody1,,,manager,{BEFORE},2026-12-31
{PLACEMENT_ENDS},cla_placement,PL-late1,,,manager,{BEFORE},soon
{PLACEMENT_ENDS},cla_placement,PL-late1,clap_cla_id,,manager,{BEFORE},2026-12-31
cssu.foster_carer_reviews.key.missing,foster_carer_reviews,,,,manager,{BEFORE},2026-12-31
"""


def _council(*, later: bool) -> Council:
    council = Council()
    for name in ("late1", "mended1", "until1", "still1", "held1", "plan1", "review1", "alone1"):
        if name == "late1" and later:
            # entered on the second night: every later record stands on another line of its file
            council.child("first1", since=ago(400), reviews=(ago(110),))
        council.child(name, since=ago(400), reviews=(ago(110),), born=None if name == "alone1" else "2015-05-05")
    placements = {one["clap_cla_placement_id"]: one for one in council.ssd["cla_placement"]}
    placements["PL-late1"]["clap_cla_placement_end_date"] = ago(500)
    if not later:
        placements["PL-mended1"]["clap_cla_placement_end_date"] = ago(500)
    for name in ("until1", "still1"):
        placements[f"PL-{name}"]["clap_cla_placement_type"] = NAME
    council.ssd["legal_status"].append(
        {
            "lega_legal_status_id": "L-held1",
            "lega_person_id": "held1",
            "lega_legal_status": "V2",
            "lega_legal_status_start_date": ago(500),
            "lega_legal_status_end_date": ago(400),
        }
    )
    council.plan("plan1", agreed_date=ago(300), proposed_date=ago(290))
    council.plan("review1", cla_id="C-nowhere1")
    for review in council.ssd["cla_reviews"]:
        if review["clar_cla_review_id"] == "R1-review1":
            review["clar_cla_review_participation"] = ""
    for spell in council.ssd["involvements"]:
        if spell["invo_professional_role_id"] == "Social Worker":
            spell["invo_professional_id"] = "W2"
            spell["invo_professional_team"] = "T2" if spell["invo_person_id"] == "late1" else "T1"
    council.ssd["department"] = [
        {"dept_team_id": "T1", "dept_team_name": "Harbour Team (invented)"},
        {"dept_team_id": "T2", "dept_team_name": "<Hill & Team>"},
    ]
    council.ssd["professionals"] = [LEAST["professionals"], {"prof_professional_id": "W2"}]
    council.cssu["foster_households"] = [{"household_id": "H1", "approved_date": ago(900)}]
    council.cssu["foster_carer_reviews"] = [
        {"review_id": "FR1", "household_id": "H9", "due_date": ago(90)},
        {"review_id": "", "household_id": "H9", "due_date": ago(90)},
    ]
    return council


def _night(warehouse, night, *, later: bool) -> SimpleNamespace:
    """A night from end to end, and what then stands on the worklist and on the tracker."""
    council = _council(later=later)
    deliver(warehouse.drop, "ssd", night, council.ssd)
    deliver(warehouse.drop, "cssu", night, council.cssu, absent=("sibling_groups",))
    deliver(warehouse.drop, "momo", night)
    load(night)
    publish_day(night, night)
    found = read_worklist()
    return SimpleNamespace(
        found=found,
        rows={(row["rule_id"], row["record_key"]): row for row in found.rows},
        states={row["line"]: row["state"] for row in found.accepted},
        tracker={
            child: (failing, held, set(rules))
            for child, failing, held, rules in warehouse.rows(
                "select child_ref, records_failing, records_held, failed_rules from marts.permanence_tracker"
            )
        },
    )


@pytest.fixture(scope="module")
def both(template, tmp_path_factory):
    """The first and the second night, and the folder into which make quality writes."""
    project = small.make(tmp_path_factory.mktemp("accepting"), "dim_team", "fct_permanence_plan")
    seed = project / "seeds" / "accepted_failure.csv"
    seed.write_text(SEED, encoding="utf-8")
    folder = tmp_path_factory.mktemp("worklist")
    with warehouse_of(template, folder) as warehouse, small.in_use(project), patch.object(worklist, "SEED", seed):
        first = _night(warehouse, BEFORE, later=False)
        second = _night(warehouse, NIGHT, later=True)
        yield SimpleNamespace(first=first, second=second, warehouse=warehouse, seed=seed)


@pytest.fixture(scope="module")
def written(both, tmp_path_factory):
    """The page, its text, and the workbook, of the second night."""
    with patch.object(quality, "folder", lambda: tmp_path_factory.getbasetemp() / "written"):
        page, workbook = quality.write(both.second.found)
        quality.write(both.second.found)
    text = page.read_text(encoding="utf-8")
    return SimpleNamespace(folder=page.parent, text=text, book=openpyxl.load_workbook(workbook))


def test_a_fault_stands_with_its_childs_team_and_worker(both):
    """The social worker for what the case system has, the reviewing officer for what is theirs to enter."""
    row = both.second.rows[PLACEMENT_ENDS, "PL-late1"]
    assert (row["child_ref"], row["team_id"], row["worker_id"]) == ("late1", "T2", "W2")
    assert (row["owner"], row["severity"], row["source"], row["table_name"]) == (
        "performance team",
        "warning",
        "ssd",
        "cla_placement",
    )
    assert row["column_name"] == "clap_cla_placement_end_date"
    assert all(row[said] for said in ("what_is_wrong", "how_to_fix", "rule_source"))
    theirs = both.second.rows[AGREED, "D1-plan1"]
    assert (theirs["child_ref"], theirs["team_id"], theirs["worker_id"]) == ("plan1", "T1", "W1")


def test_a_record_without_a_person_is_its_childs(both):
    """A review names its period of care, and an episode says whose that is."""
    row = both.second.rows[TOOK_PART, "R1-review1"]
    assert (row["child_ref"], row["team_id"], row["worker_id"]) == ("review1", "T1", "W1")


def test_nights_are_counted_though_the_record_moved_to_another_line(both):
    first, second = (night.rows[PLACEMENT_ENDS, "PL-late1"] for night in (both.first, both.second))
    assert first["record_numbers"] != second["record_numbers"]
    assert second["file_name"] == "cla_placement.csv"
    assert (first["first_night"], first["last_night"], first["nights_open"]) == (BEFORE, BEFORE, 1)
    assert (second["first_night"], second["last_night"], second["nights_open"]) == (BEFORE, NIGHT, 2)


def test_a_record_that_is_put_right_leaves_the_list(both):
    assert (PLACEMENT_ENDS, "PL-mended1") in both.first.rows
    assert (PLACEMENT_ENDS, "PL-mended1") not in both.second.rows
    assert both.warehouse.rows(
        "select first_night, last_night, cleared_on from quality.fault where record_key = 'PL-mended1'"
    ) == [(BEFORE, BEFORE, NIGHT)]


def test_a_fault_that_comes_back_is_open_since_it_came_back(both):
    with both.warehouse.connect() as connection:
        connection.execute("begin")
        connection.execute(
            "update quality.failure set nights = nights + '{[2026-01-01,2026-01-09)}'::datemultirange "
            "where record_key = 'PL-late1'"
        )
        row = connection.execute(
            "select first_night, nights_open from quality.worklist where record_key = 'PL-late1'"
        ).fetchall()
        connection.execute("rollback")
    assert row == [(BEFORE, 2)]


def test_records_that_share_a_key_are_one_line_that_names_both(both):
    with both.warehouse.connect() as connection:
        held = connection.execute(
            "select cardinality(record_numbers) from quality.open_failure where rule_id = %s", (REPEATED,)
        )
        assert held.fetchall() == [(2,)]


def test_an_acceptance_holds_until_its_last_night_and_then_the_failure_is_back(both):
    until, still = ((PLACEMENT_TYPE, f"PL-{name}") for name in ("until1", "still1"))
    assert until not in both.first.rows
    assert until in both.second.rows
    assert both.second.rows[until]["nights_open"] == 2
    assert still not in both.first.rows
    assert still not in both.second.rows
    # and on the tracker, as the night of each build knew it
    assert both.first.tracker["until1"] == (0, 0, set())
    assert both.second.tracker["until1"] == (1, 0, {PLACEMENT_TYPE})
    assert both.second.tracker["still1"] == (0, 0, set())


def test_what_is_accepted_is_left_out_and_counted(both):
    assert [night.found.left_out for night in (both.first, both.second)] == [3, 2]
    assert {row["line"]: row["failures"] for row in both.second.found.accepted if row["failures"]} == {3: 1, 4: 1}


def test_an_accepted_record_that_gate_1_holds_stays_held_back(both):
    assert (REPEATED, "L-held1") not in both.second.rows
    assert both.second.tracker["held1"] == (0, 1, set())
    (line,) = [row for row in both.second.found.accepted if row["rule_id"] == REPEATED]
    assert (line["state"], line["is_held"]) == ("accepted", True)
    assert both.warehouse.value("select count(*) from raw.held_key where record_key = 'L-held1'") == 1


def test_an_acceptance_that_does_nothing_says_why(both):
    assert both.first.states == {
        2: "accepted",
        3: "accepted",
        4: "accepted",
        5: "no such rule",
        6: "no such record failed it",
        7: "its days can't be read",
        8: "no such record failed it",
        9: "no such record failed it",
    }
    assert both.second.states == both.first.states | {2: "expired"}
    assert (PLACEMENT_ENDS, "PL-late1") in both.second.rows


def test_no_key_accepts_no_record(both):
    """A line without a record's key is of a rule on the whole table: never of every record that has no key."""
    (row,) = [row for row in both.second.found.rows if row["rule_id"] == "cssu.foster_carer_reviews.key.missing"]
    assert (row["record_key"], row["is_held"], row["child_ref"]) == ("", True, None)
    assert row["record_numbers"] == [2]


def test_what_gate_2_finds_stands_there_with_the_child(both):
    row = both.second.rows[NO_AGE, "alone1"]
    assert (row["child_ref"], row["team_id"], row["worker_id"]) == ("alone1", "T1", "W2")
    assert (row["first_night"], row["nights_open"]) == (BEFORE, 2)
    # its key is of the plan
    row = both.second.rows[NO_PERIOD, "D1-review1"]
    assert (row["child_ref"], row["team_id"], row["worker_id"]) == ("review1", "T1", "W1")


def test_what_is_wrong_with_a_whole_table_is_the_data_engineers(both):
    row = both.second.rows[NO_FILE, ""]
    assert (row["owner"], row["team_id"], row["worker_id"], row["record_numbers"]) == (
        "data engineer",
        None,
        None,
        None,
    )
    assert (row["first_night"], row["nights_open"]) == (BEFORE, 2)


def test_every_open_failure_is_on_the_list_or_accepted(both):
    """Counted by hand from the failures themselves: by record and column, whatever the line."""
    failing = both.warehouse.rows(
        "select distinct rule_id, record_key, column_name, case when record_key = '' then record_number end "
        "from quality.failure where nights @> %s",
        (NIGHT,),
    )
    listed = [row for row in both.second.found.rows if row["record_numbers"]]
    assert len(failing) == len(listed) + both.second.found.left_out


def test_the_trend_adds_up_from_night_to_night(both):
    trend = {(row["rule_id"], row["night"]): row for row in both.second.found.trend}
    assert both.second.found.nights == [BEFORE, NIGHT]
    now, before = trend[PLACEMENT_ENDS, NIGHT], trend[PLACEMENT_ENDS, BEFORE]
    assert (before["open"], before["new"], before["cleared"]) == (2, None, None)
    assert (now["open"], now["new"], now["cleared"], now["compared_with"]) == (1, 0, 1, BEFORE)
    # what was accepted is counted
    assert trend[PLACEMENT_TYPE, NIGHT]["open"] == 2


def test_the_trend_shows_forty_nights_and_month_ends(both):
    """Batches of 110 nights, and a fault since February: nights before the last 40 show at the ends of months only."""
    with both.warehouse.connect() as connection:
        connection.execute("begin")
        connection.execute(
            "insert into ops.batch (batch_id, source, slice, batch_date, state, content_sha256, contract_fingerprint, "
            "rule_fingerprint) select 1000 + day, 'momo', 'all', date '2026-03-31' - day, 'recorded', '', '', '' "
            "from generate_series(2, 110) as day"
        )
        connection.execute(
            "update quality.failure set nights = '{[2026-02-20,)}'::datemultirange where record_key = 'PL-late1'"
        )
        shown = [row[0] for row in connection.execute("select night from quality.trend_night order by 1")]
        trend = connection.execute(
            "select night, compared_with, open, new from quality.trend where rule_id = %s order by night",
            (PLACEMENT_ENDS,),
        ).fetchall()
        connection.execute("rollback")
    month_ends = [date(2025, 12, 31), date(2026, 1, 31)]
    assert shown == month_ends + [NIGHT - timedelta(days=days) for days in range(39, -1, -1)]
    assert trend[0] == (date(2026, 2, 20), date(2026, 1, 31), 1, 1)
    assert [opened for _, _, opened, _ in trend] == [1] * 38 + [2, 1]


def test_a_night_that_gate_2_stops_has_its_worklist(both):
    """That is when it is needed: what stopped it is there, and the marts stand as they were."""
    broken = Rule(
        "marts.permanence_tracker.never",
        "critical",
        "No child may be there",
        "Nothing will do",
        "select child_ref as record_key from {marts}.permanence_tracker",
        owner="data engineer",
    )
    with both.warehouse.connect() as connection:
        connection.execute("update ops.build set state = 'built' where as_at = %s", (NIGHT,))
        try:
            with (
                patch.object(registry, "publication_rules", lambda: (broken,)),
                pytest.raises(GateStopped),
            ):
                publish_day(NIGHT, NIGHT)
            rows = [row for row in read_worklist().rows if row["rule_id"] == broken.id]
            assert len(rows) == both.warehouse.value("select count(*) from marts.permanence_tracker")
            assert {row["nights_open"] for row in rows} == {1}
        finally:
            connection.execute("update ops.build set state = 'built' where as_at = %s", (NIGHT,))
            publish_day(NIGHT, NIGHT)
    assert not [row for row in read_worklist().rows if row["rule_id"] == broken.id]


def test_an_older_day_does_not_say_who_answers_today(both):
    with both.warehouse.connect() as connection:
        connection.execute("update quality.answering set team_id = 'T7' where child_ref = 'late1'")
        connection.execute("update ops.build set state = 'built' where as_at = %s", (BEFORE,))
        gate_build(newest_build(BEFORE, BEFORE))
        kept = connection.execute("select team_id from quality.answering where child_ref = 'late1'").fetchall()
        connection.execute("update quality.answering set team_id = 'T2' where child_ref = 'late1'")
    assert kept == [("T7",)]


def test_what_stopped_a_batch_is_on_the_list_until_it_comes_right(empty_warehouse):
    """A rule on a whole table: since the first of the nights that it stops, and gone with the batch that passes."""
    person = [{"pers_person_id": "P1", "pers_dob": "2015-05-05"}]

    def rows():
        return empty_warehouse.rows(
            "select owner, first_night, last_night, nights_open from quality.worklist where rule_id = %s",
            ("ssd.person.rows.none",),
        )

    nights = [NIGHT - timedelta(days=days) for days in (2, 1, 0)]
    deliver(empty_warehouse.drop, "ssd", nights[0], {"person": person})
    load(nights[0])
    assert rows() == []
    for number, night in enumerate(nights[1:], 1):
        deliver(empty_warehouse.drop, "ssd", night, {"person": []})
        with pytest.raises(GateStopped):
            load(night)
        assert rows() == [("data engineer", nights[1], night, number)]
    deliver(empty_warehouse.drop, "ssd", NIGHT, {"person": [*person, {"pers_person_id": "P2"}]})
    load(NIGHT)
    assert rows() == []


def test_a_period_that_is_no_longer_read_has_no_open_failures(empty_warehouse):
    """A period that contains it was delivered: what that one says stands, also of what was wrong."""
    statement = {"statement_id": "S1", "submitted_at": "2026-03-30 10:00:00", "app": "ONE", "scenario": "WELLBEING"}
    named = "select record_key from quality.worklist where rule_id = 'momo.statements.person_missing'"
    deliver(empty_warehouse.drop, "momo", BEFORE, {"statements": [statement]}, period=("2026-03-30", "2026-03-31"))
    load(BEFORE)
    assert empty_warehouse.rows(named) == [("S1",)]
    deliver(
        empty_warehouse.drop,
        "momo",
        NIGHT,
        {"statements": [statement | {"person_id": "P1"}]},
        period=("2026-03-30", "2026-04-01"),
    )
    load(NIGHT)
    assert empty_warehouse.rows(named) == []
    assert empty_warehouse.rows("select cleared_on from quality.fault where record_key = 'S1'") == [(NIGHT,)]


def _review_actions(warehouse, night, actions: dict[str, str] | None) -> None:
    """A night whose register of actions has these days of doing by action; None: its file does not come."""
    rows = [
        {"action_id": action, "person_id": "P1", "due_date": "2026-03-01", "done_date": done}
        for action, done in (actions or {}).items()
    ]
    absent = ("review_actions",) if actions is None else ()
    deliver(warehouse.drop, "cssu", night, {"review_actions": rows}, absent=absent)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)], ids=str)
def test_what_fails_in_a_table_whose_file_does_not_come_goes_on_failing(empty_warehouse, order):
    """Its records stand on as well; and it doesn't matter in which order the nights are loaded."""
    nights = [NIGHT - timedelta(days=days) for days in (2, 1, 0)]
    files = ({"A1": "soon", "A2": "soon"}, None, {"A1": "soon", "A2": "2026-03-02"})
    for number in order:
        _review_actions(empty_warehouse, nights[number], files[number])
        load(nights[number])
    failed = "select record_key, nights::text from quality.failure where column_name = 'done_date' order by 1"
    assert empty_warehouse.rows(failed) == [("A1", "{[2026-03-29,)}"), ("A2", "{[2026-03-29,2026-03-31)}")]
    withdraw("cssu", NIGHT, "a test of what is withdrawn")
    assert empty_warehouse.rows(failed) == [("A1", "{[2026-03-29,)}"), ("A2", "{[2026-03-29,)}")]
    # the newest file of the table is of the first night
    assert empty_warehouse.rows(
        "select record_key, last_night, nights_open from quality.worklist where column_name = 'done_date' order by 1"
    ) == [("A1", nights[0], 2), ("A2", nights[0], 2)]


class _Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_the_page_needs_nothing_from_elsewhere(written):
    tags = _Tags(written.text).tags
    assert {tag for tag, _ in tags}.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form"})
    for tag, attributes in tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{tag} has a script"
            if name in {"href", "src", "xlink:href", "action", "data", "srcset"}:
                assert value.startswith("#"), f"{tag} refers to {value}"
    assert not re.search(r"https?:|//|url\(|@import", written.text)
    policy = [a["content"] for tag, a in tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_page_can_be_read_by_everybody(written):
    """A language, one main heading, headings of rows and columns, pictures with words, links that lead somewhere."""
    tags = _Tags(written.text).tags
    assert ("html", {"lang": "en-GB"}) in tags
    assert [tag for tag, _ in tags].count("h1") == 1
    assert {a["scope"] for tag, a in tags if tag == "th"} == {"col", "row"}
    assert [tag for tag, _ in tags].count("table") == [tag for tag, _ in tags].count("caption") > 4
    assert all(a.get("aria-label") for tag, a in tags if tag == "svg")
    anchors = [a["id"] for _, a in tags if "id" in a]
    assert len(anchors) == len(set(anchors))
    assert {a["href"][1:] for tag, a in tags if tag == "a"} <= set(anchors)


def test_the_page_says_what_is_open_whose_and_what_is_left_out(written, both):
    assert f"As at <strong>{NIGHT}</strong>" in written.text
    assert f"{len(both.second.found.rows)} failures are open; 2 accepted ones are left out" in written.text
    for said in ("Team T1, Harbour Team (invented)", "Team T2, &lt;Hill &amp; Team&gt;", "PL-late1", "Without a team"):
        assert said in written.text
    # whoever accepts a failure is told what that does not do
    assert "It does not let in a record that gate 1 holds back" in written.text
    assert "accepted; the record is still held back" in written.text


def test_neither_page_nor_workbook_names_anybody(written):
    cells = [str(cell) for sheet in written.book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    for word in (*NAME.split(), "Wexmoor", "Zantor"):
        assert word not in written.text
        assert not [cell for cell in cells if word in cell]


def _sheet(book, title) -> list[dict]:
    """The rows of a sheet under its headings."""
    rows = list(book[title].iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[1] is not None)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def test_the_workbook_has_a_sheet_a_team_and_three_more(written, both):
    assert written.book.sheetnames == ["T1", "T2", "Without a team", "Data engineer", "Accepted"]
    assert {row["record"] for row in _sheet(written.book, "T2")} == {"PL-late1"}
    (row,) = _sheet(written.book, "T2")
    assert (row["severity"], row["nights open"], row["child"], row["worker"]) == ("warning", 2, "late1", "W2")
    assert all(row[said] for said in ("what is wrong", "how to fix it"))
    lists = [_sheet(written.book, title) for title in written.book.sheetnames[:-1]]
    assert sum(len(rows) for rows in lists) == len(both.second.found.rows)
    assert {row["who can"] for row in _sheet(written.book, "Data engineer")} == {"data engineer"}
    assert NO_FILE in {row["rule"] for row in _sheet(written.book, "Data engineer")}
    assert "cssu.foster_carer_reviews.household_id.refers_to_nothing" in {
        row["rule"] for row in _sheet(written.book, "Without a team")
    }


def test_what_is_accepted_stands_in_the_workbook_harmless(written):
    accepted = _sheet(written.book, "Accepted")
    assert [(row["state"], row["failures left out"]) for row in accepted[:3]] == [
        ("expired", 0),
        ("accepted", 1),
        ("accepted", 1),
    ]
    assert accepted[2]["still held back"] == "yes"
    assert (accepted[0]["reason"], accepted[0]["accepted by"]) == ("'=1+1", "'@manager")
    assert all(cell.data_type != "f" for sheet in written.book for row in sheet.iter_rows() for cell in row)


def test_only_their_owner_reads_them_and_nothing_half_written_stays(written):
    assert {path.name for path in written.folder.iterdir()} == {"index.html", "quality.xlsx"}
    assert {path.stat().st_mode & 0o777 for path in written.folder.iterdir()} == {0o600}


def test_what_stood_there_stays_where_writing_fails(both, tmp_path):
    (tmp_path / "index.html").write_text("before")
    with (
        patch.object(quality, "folder", lambda: tmp_path),
        patch.object(quality, "write_workbook", side_effect=OSError("no space")),
        pytest.raises(OSError, match="no space"),
    ):
        quality.write(both.second.found)
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert (tmp_path / "index.html").read_text() == "before"


def test_before_anything_was_loaded_the_command_says_so(empty_warehouse, tmp_path, run_command):
    with environment(PERMANENCE_LOCAL_FOLDER=str(tmp_path)):
        done = run_command("include.commands.quality")
        assert done.returncode == 1
        assert not (tmp_path / "quality").exists()
    assert "There is no warehouse yet: make run makes one" in done.stderr
    assert not (tmp_path / "postgres").exists()
    done = run_command("include.commands.quality")
    assert done.returncode == 1
    assert "Nothing was loaded yet" in done.stderr
