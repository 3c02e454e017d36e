"""Deliveries that are wrong: half copied, still growing, with a manifest that lies, of another day.

Each is named in one line, records nothing, and the same night goes through once it is put right.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from expectations.landing.volume import children_rule
from include.contract.model import Table, source, sources
from include.feeds import csv_file
from include.feeds.readiness import ExportsMissing, exports_ready
from include.history.overview import overview
from include.history.record import record_night
from include.landing import archive, land
from include.landing.land import LandingError, land_night
from include.night import load_delivery
from include.quality.landing_gate import gate_night
from include.quality.results import GateStopped
from include.warehouse import server
from tests.conftest import Warehouse, environment, warehouse_of
from tests.deliveries import LEAST, deliver
from tests.end_to_end.night import load
from tests.good_records import GOOD, RETURN_YEAR

NIGHT = date(2026, 3, 31)
EARLIER, TOMORROW = NIGHT - timedelta(1), NIGHT + timedelta(1)
RETURN = date(2026, 3, 20)
LANDING_RELATIONS = "select count(*) from pg_class where relnamespace = 'landing'::regnamespace"
FILE = {"cssu": "escalations.csv", "momo": "statements.csv", "ssda903": "2021-reviews.csv"}


def _escalation(number: int) -> dict[str, str]:
    return {
        "escalation_id": f"X{number}",
        "person_id": "P1",
        "raised_by_professional_id": "W1",
        "raised_date": "2026-01-05",
    }


def _statement(number: int, day: date) -> dict[str, str]:
    return {
        "statement_id": f"S{number}",
        "submitted_at": f"{day} 10:00:00",
        "app": "ONE",
        "scenario": "WELLBEING",
        "account_type": "YOUNG_PERSON",
        "statement_text": "Zorvane Quillibex said so",
    }


def _review(number: int) -> dict[str, str]:
    return {"child": "C1", "review": f"{number:02}/05/2021", "review_code": "PN1"}


def _tables(source: str, day: date) -> dict[str, list[dict[str, str]]]:
    first = 1 if day == EARLIER else 3
    numbers = range(first, first + 6)
    return {
        "cssu": {"escalations": [_escalation(number) for number in numbers]},
        "momo": {"statements": [_statement(number, day) for number in numbers]},
        "ssda903": {"reviews": [_review(number) for number in numbers]},
    }[source]


def _deliver(drop: Path, source: str, day: date, *, manifest: bool = True) -> Path:
    return deliver(drop, source, day, _tables(source, day), manifest=manifest)


@dataclass(frozen=True)
class State:
    """What is recorded, and what is kept: a refused delivery changes nothing of it."""

    recorded: list[tuple]
    standing: list[tuple]
    kept: set[str]


def _state(warehouse: Warehouse) -> State:
    tables = [name for (name,) in warehouse.rows("select tablename from pg_tables where schemaname = 'raw'")]
    relations = [*(f"raw.{name}" for name in tables), "quality.failure", "ops.period_spoken"]
    recorded = warehouse.rows(
        " union all ".join(f"select '{name}', r::text from {name} as r" for name in relations) + " order by 1, 2"
    )
    standing = warehouse.rows(
        "select source, slice, batch_date, record_count, content_sha256 from ops.batch_standing order by 1, 2, 3"
    )
    kept = {path.name for path in warehouse.archive.rglob("*") if path.is_file()}
    return State(recorded, standing, kept)


@dataclass(frozen=True)
class Prepared:
    """A warehouse with an earlier good night in it, from which each test's is copied."""

    warehouse: Warehouse
    before: State
    after: dict[str, State]


@contextmanager
def _copy(warehouse: Warehouse, folder: Path) -> Iterator[Warehouse]:
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        # a database somebody is connected to can't be copied, and engines keep connections open
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (warehouse.database,)
        )
    with warehouse_of(warehouse.database, folder) as made:
        for kept in ("drop", "archive"):
            shutil.copytree(warehouse.drop.parent / kept, folder / kept, dirs_exist_ok=True)
        yield made


@pytest.fixture(scope="module")
def prepared(template: str, tmp_path_factory) -> Iterator[Prepared]:
    """The earlier night, and what the next one's delivery of a source makes of it when nothing is wrong."""
    with warehouse_of(template, tmp_path_factory.mktemp("earlier")) as made:
        for source in ("cssu", "momo"):
            _deliver(made.drop, source, EARLIER)
        load(EARLIER)
        before = _state(made)
        assert before.recorded
        assert before.kept
        after = {}
        for source in ("cssu", "momo"):
            with _copy(made, tmp_path_factory.mktemp(source)) as whole:
                _deliver(whole.drop, source, NIGHT)
                load(NIGHT)
                after[source] = _state(whole)
            assert after[source].recorded != before.recorded
        yield Prepared(made, before, after)


@pytest.fixture
def warehouse(prepared: Prepared, tmp_path: Path) -> Iterator[Warehouse]:
    """A copy of it."""
    with _copy(prepared.warehouse, tmp_path) as copied:
        yield copied


def _folder(warehouse: Warehouse, source: str, day: date = NIGHT) -> Path:
    return warehouse.drop / source / day.isoformat()


def _is_refused(warehouse: Warehouse, prepared: Prepared, source: str, told: str, day: date = NIGHT) -> None:
    """The line is told, stands in the ledger, and nothing else came of the delivery: not in history, not in landing."""
    assert "\n" not in told
    assert "Zorvane" not in told
    (entry,) = warehouse.rows(
        "select state, reason, files from ops.batch where source = %s and batch_date = %s order by entry_id desc "
        "limit 1",
        (source, day),
    )
    assert (entry[0], entry[2]) == ("refused", [])
    assert entry[1] in told
    assert _state(warehouse) == prepared.before
    assert warehouse.value(LANDING_RELATIONS) == 0


def _goes_through(warehouse: Warehouse, prepared: Prepared, source: str) -> None:
    """The same night, run again, comes to what it comes to when nothing was ever wrong."""
    load(NIGHT)
    assert _state(warehouse) == prepared.after[source]
    assert warehouse.value(LANDING_RELATIONS) == 0
    assert {line.state for line in overview(source)} == {"recorded"}


def _cut(path: Path, *, at_a_lines_end: bool) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:4]) + (b"" if at_a_lines_end else lines[4][:12]))


def _promise(folder: Path, change) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def _only_rows(manifest: dict) -> None:
    for file in manifest["files"]:
        del file["sha256"]


def _first_of(source: str, **values):
    def change(manifest: dict) -> None:
        next(file for file in manifest["files"] if file["file"] == FILE[source]).update(values)

    return change


def _half(folder: Path, source: str, *, at_a_lines_end: bool) -> None:
    _cut(folder / FILE[source], at_a_lines_end=at_a_lines_end)


def _half_with_rows_alone(folder: Path, source: str, *, at_a_lines_end: bool) -> None:
    _half(folder, source, at_a_lines_end=at_a_lines_end)
    _promise(folder, _only_rows)


def _half_said_to_be_ready(folder: Path, source: str) -> None:
    _half(folder, source, at_a_lines_end=False)
    (folder / "manifest.json").unlink()
    (folder / "_READY").touch()


def _yesterdays(folder: Path, source: str, *, manifest: bool) -> None:
    shutil.rmtree(folder)
    shutil.copytree(folder.parent / EARLIER.isoformat(), folder)
    if not manifest:
        (folder / "manifest.json").unlink()
        (folder / "_READY").touch()


NOT_ITS_SHA256 = "its sha256 is not the one in the manifest. Wait for the copy to end, or deliver it again"
HALF, WHOLE_LINES = {"at_a_lines_end": False}, {"at_a_lines_end": True}
THE_WHOLE_FILE = "Deliver the whole file, with the manifest that belongs to it"
WRITTEN_AGAIN = "Have the export written again: every record needs the header's fields"
# situation, source: what is done to the delivery and what must be said of it
WRONG = {
    ("half copied", "cssu"): [
        (lambda f, s: _half(f, s, **HALF), "/{file}: " + NOT_ITS_SHA256),
        (lambda f, s: _half(f, s, **WHOLE_LINES), "/{file}: " + NOT_ITS_SHA256),
        (
            lambda f, s: _half_with_rows_alone(f, s, **HALF),
            "/{file}, record 4: 4 fields where the header has 9. " + WRITTEN_AGAIN,
        ),
        (
            lambda f, s: _half_with_rows_alone(f, s, **WHOLE_LINES),
            "/{file}: 3 records where the manifest promises 6. " + THE_WHOLE_FILE,
        ),
    ],
    ("half copied", "momo"): [
        (lambda f, s: _half(f, s, **HALF), "/{file}: " + NOT_ITS_SHA256),
        (
            lambda f, s: _half_with_rows_alone(f, s, **WHOLE_LINES),
            "/{file}: 3 records where the manifest promises 6. " + THE_WHOLE_FILE,
        ),
        (_half_said_to_be_ready, "/{file}, record 4: 2 fields where the header has 16. " + WRITTEN_AGAIN),
    ],
    ("a manifest that lies", "cssu"): [
        (
            lambda f, s: _promise(f, _first_of(s, rows=7)),
            "/{file}: 6 records where the manifest promises 7. " + THE_WHOLE_FILE,
        ),
        (lambda f, s: _promise(f, _first_of(s, sha256="0" * 64)), "/{file}: " + NOT_ITS_SHA256),
        (
            lambda f, s: _promise(f, lambda m: m.update(files=[x for x in m["files"] if x["file"] != FILE[s]])),
            "/{file}: the manifest doesn't name this file. Take it away, or deliver it with the manifest",
        ),
        (
            lambda f, s: _promise(f, lambda m: m.update(source="momo")),
            "/manifest.json: its source is not cssu. Move the delivery to the folder it belongs to",
        ),
    ],
    ("a manifest that lies", "momo"): [
        (
            lambda f, s: _promise(f, lambda m: m["files"].append({"file": "more.csv", "rows": 1})),
            "/more.csv: the manifest names this file, but it isn't there. Deliver it",
        ),
        (
            lambda f, s: _promise(f, lambda m: m.update(files=[])),
            "/{file}: the manifest doesn't name this file. Take it away, or deliver it with the manifest",
        ),
        (
            lambda f, s: _promise(f, lambda m: m.update(batch_date="2026-03-29")),
            "/manifest.json: its batch_date is not 2026-03-31. Move the delivery to the folder it belongs to",
        ),
    ],
    ("yesterday's files", "cssu"): [
        (
            lambda f, s: _yesterdays(f, s, manifest=True),
            "/manifest.json: its batch_date is not 2026-03-31. Move the delivery to the folder it belongs to",
        ),
        (
            lambda f, s: _yesterdays(f, s, manifest=False),
            ": its files are those of 2026-03-30, byte for byte. Deliver the export of this day",
        ),
    ],
    ("yesterday's files", "momo"): [
        (
            lambda f, s: _yesterdays(f, s, manifest=False),
            ": its files are those of 2026-03-30, byte for byte. Deliver the export of this day",
        ),
    ],
}


def _claim(what: str) -> str | None:
    """Which rule on deliveries is broken, by what is said of it; a file that can't be read breaks none."""
    if "byte for byte" in what:
        return "repeated"
    of_manifest = ("manifest", "Move the delivery to the folder it belongs to")
    return "not_as_promised" if any(words in what for words in of_manifest) else None


def _refused_line(warehouse: Warehouse, source: str) -> str:
    """What the night's landing says of a wrong delivery; gate 1 and recording are tried all the same."""
    with pytest.raises(LandingError) as caught:
        land_night(NIGHT)
    gate_night(NIGHT)
    record_night(NIGHT)
    told = str(caught.value)
    assert f"/{source}/{NIGHT}" in told
    return told


@pytest.mark.parametrize(("situation", "source"), WRONG)
def test_a_wrong_delivery_is_named_and_records_nothing(warehouse, prepared, situation, source):
    folder = _folder(warehouse, source)
    for spoil, what in WRONG[situation, source]:
        _deliver(warehouse.drop, source, NIGHT)
        spoil(folder, source)
        told = _refused_line(warehouse, source)
        assert f"{folder}{what.format(file=FILE[source])}" in told
        assert (f"({source}.delivery.{_claim(what)})" in told) if _claim(what) else ".delivery." not in told
        _is_refused(warehouse, prepared, source, told)
    # each reason stands in the ledger, and the same once: trying again adds nothing
    refused = "select count(*) from ops.batch where state = 'refused'"
    reasons = len({what for _, what in WRONG[situation, source]})
    assert warehouse.value(refused) == reasons
    _refused_line(warehouse, source)
    assert warehouse.value(refused) == reasons
    _deliver(warehouse.drop, source, NIGHT)
    _goes_through(warehouse, prepared, source)


@pytest.mark.parametrize("at_a_lines_end", [False, True])
def test_a_half_copied_file_without_a_mark_is_waited_for(warehouse, prepared, at_a_lines_end):
    folder = _deliver(warehouse.drop, "cssu", NIGHT, manifest=False)
    of_return = _deliver(warehouse.drop, "ssda903", RETURN, manifest=False)
    whole = (folder / FILE["cssu"]).read_bytes()
    for half, source_name in ((folder, "cssu"), (of_return, "ssda903")):
        (half / "_READY").unlink()
        _half(half, source_name, at_a_lines_end=at_a_lines_end)
    waits = "has neither manifest.json nor _READY, and changed within 300 s"
    with environment(PERMANENCE_NIGHTLY_SOURCES="cssu", PERMANENCE_QUIET_SECONDS="300"):
        assert exports_ready(NIGHT, datetime.now(UTC)) is False
        with pytest.raises(ExportsMissing) as caught:
            exports_ready(NIGHT, None)
        assert f"night of {NIGHT}: exports not ready: cssu: {folder} {waits}. Deliver them" in str(caught.value)
        # the landing task, cleared by itself, does not land it either
        with pytest.raises(LandingError) as caught:
            load(NIGHT)
        assert f"cssu {NIGHT}: not ready: {folder} {waits}. Wait for the copy to end" in str(caught.value)
        assert _state(warehouse) == prepared.before
        (folder / FILE["cssu"]).write_bytes(whole)
        (folder / "_READY").touch()
        assert exports_ready(NIGHT, None) is True
        # half a return is left for a later night, and no night waits for it
        assert f"ssda903 {RETURN}: not ready: {of_return} {waits}" in "\n".join(land_night(NIGHT))
        assert warehouse.value("select count(*) from ops.batch where source = 'ssda903'") == 0
        _goes_through(warehouse, prepared, "cssu")


MORE = {"cssu": _escalation(99), "momo": _statement(99, NIGHT)}


@pytest.mark.parametrize("source", MORE)
@pytest.mark.parametrize("moment", ["once scanned", "while copied", "before it is kept"])
def test_a_file_that_grows_while_it_is_read_is_named_and_records_nothing(
    warehouse, prepared, monkeypatch, moment, source
):
    folder = _deliver(warehouse.drop, source, NIGHT, manifest=False)
    path = folder / FILE[source]
    whole = path.read_bytes()
    scan, stream, store = csv_file.scan, csv_file.stream, archive.store

    def grow() -> None:
        # by another process, and half a record, as a copy over a share does
        code = f"open({str(path)!r}, 'ab').write({','.join(MORE[source].values())[:12].encode()!r})"
        subprocess.run([sys.executable, "-c", code], check=True)

    def scanned(of: Path):
        found = scan(of)
        if of == path:
            grow()
        return found

    def streamed(of: Path, *about):
        for number, block in enumerate(stream(of, *about)):
            yield block
            if of == path and number == 0:
                grow()

    def stored(of: Path, *about):
        if of == path:
            grow()
        store(of, *about)

    with monkeypatch.context() as disturbed:
        if moment == "once scanned":
            disturbed.setattr(csv_file, "scan", scanned)
        elif moment == "while copied":
            disturbed.setattr(csv_file, "stream", streamed)
        else:
            disturbed.setattr(archive, "store", stored)
        told = _refused_line(warehouse, source)
    assert len(path.read_bytes()) > len(whole)
    assert f"{path}: it changed while it was read. Wait for the copy to end, then run again" in told
    _is_refused(warehouse, prepared, source, told)
    path.write_bytes(whole)
    _goes_through(warehouse, prepared, source)
    # what is kept under a sha256 is that content, and no longer one
    (files,) = warehouse.rows(
        "select files from ops.batch_standing where source = %s and batch_date = %s", (source, NIGHT)
    )[0]
    for file in files:
        with archive.restored(file["sha256"], file["file"]) as kept:
            content = kept.read_bytes()
        assert content.count(b"\n") == file["records"] + 1
        assert source != "cssu" or file["table"] == "iro_contacts" or not file["dropped_columns"]
        if not file["dropped_columns"]:
            assert hashlib.sha256(content).hexdigest() == file["sha256"]


@pytest.mark.parametrize("source", ["cssu", "momo", "ssda903"])
def test_a_batch_dated_tomorrow_is_named_the_night_before_and_records_nothing(
    warehouse, prepared, monkeypatch, source, caplog
):
    monkeypatch.setattr(land, "today", lambda: NIGHT)
    wrong = _deliver(warehouse.drop, source, TOMORROW, manifest=False)
    load(NIGHT)
    told = f"{wrong}: its date is in the future. Move it to the day it speaks of ({source}.delivery.in_future)"
    assert told in caplog.text
    _is_refused(warehouse, prepared, source, told, TOMORROW)
    # nor does a night run by hand for tomorrow take it
    if source == "ssda903":
        load(TOMORROW)
    else:
        with pytest.raises(LandingError) as caught:
            load(TOMORROW)
        assert told in str(caught.value)
    _is_refused(warehouse, prepared, source, told, TOMORROW)
    assert warehouse.value("select count(*) from ops.batch where state = 'refused'") == 1
    shutil.rmtree(wrong)
    _deliver(warehouse.drop, source, NIGHT, manifest=False)
    load(NIGHT)
    assert (
        warehouse.value("select state from ops.batch_latest where source = %s and batch_date = %s", (source, NIGHT))
        == "recorded"
    )
    if source in prepared.after:
        assert _state(warehouse) == prepared.after[source]


def test_a_wrong_delivery_takes_the_place_of_one_that_was_landed_and_not_recorded(warehouse, prepared):
    folder = _deliver(warehouse.drop, "cssu", NIGHT)
    land_night(NIGHT)
    _half(folder, "cssu", at_a_lines_end=True)
    told = _refused_line(warehouse, "cssu")
    assert warehouse.value(LANDING_RELATIONS) == 0
    state = _state(warehouse)
    assert (state.recorded, state.standing) == (prepared.before.recorded, prepared.before.standing)
    assert NOT_ITS_SHA256 in told
    _deliver(warehouse.drop, "cssu", NIGHT)
    _goes_through(warehouse, prepared, "cssu")


def test_half_a_return_is_refused_in_the_ledger_and_the_night_goes_on(warehouse, prepared):
    _deliver(warehouse.drop, "cssu", NIGHT)
    folder = _deliver(warehouse.drop, "ssda903", RETURN)
    _half(folder, "ssda903", at_a_lines_end=True)
    load(NIGHT)
    assert _state(warehouse) == prepared.after["cssu"]
    of_return = "select state, reason from ops.batch where source = 'ssda903' order by entry_id desc limit 1"
    why = f"{folder / FILE['ssda903']}: {NOT_ITS_SHA256} (ssda903.delivery.not_as_promised)"
    assert warehouse.rows(of_return) == [("refused", why)]
    _deliver(warehouse.drop, "ssda903", RETURN)
    load(NIGHT)
    assert warehouse.rows(of_return) == [("recorded", None)]
    assert warehouse.value("select count(*) from raw.ssda903_reviews") == 6


def test_values_in_other_columns_stop_a_table_whose_most_columns_are_ids(empty_warehouse):
    """An id can be read in any column: a status and a day, which can't, have to tell. Half the records are no file."""
    right = [
        {
            "lega_legal_status_id": f"L{number}",
            "lega_person_id": f"P{number}",
            "lega_legal_status": "C2",
            "lega_legal_status_start_date": "2025-06-01",
            "lega_legal_status_end_date": "2025-09-01",
        }
        for number in range(12)
    ]
    people = [LEAST["person"] | {"pers_person_id": f"P{number}"} for number in range(12)]
    turned = [dict(zip(row, [*list(row.values())[-1:], *list(row.values())[:-1]], strict=True)) for row in right]
    for rows, stops in ((turned, True), (right[:6] + turned[6:], False), (right, False)):
        deliver(empty_warehouse.drop, "ssd", NIGHT, {"person": people, "legal_status": rows})
        if stops:
            with pytest.raises(GateStopped, match=r"ssd\.legal_status\.rows\.in_other_columns \(1 failing\)"):
                load_delivery("ssd", NIGHT)
        else:
            load_delivery("ssd", NIGHT)


OF_CHILDREN = [name for name, contract in sources().items() if contract.children]


@pytest.mark.parametrize("source_name", OF_CHILDREN)
def test_a_table_of_children_that_its_delivery_does_not_name_stops_it(empty_warehouse, source_name):
    """More than half of ten and more, of every table; a half are records that somebody has to correct."""
    contract = source(source_name)
    naming = contract.table(contract.children)
    tables = [table for table in contract.tables if children_rule(table)]
    assert len(tables) > 3

    def rows(table: Table, named: int) -> list[dict[str, str]]:
        """Twelve records of a table, of which so many are of children who are named."""
        made = []
        for number in range(12):
            ids = {name: f"N{number}" for name in table.key if table.column(name).kind == "id"}
            of = {table.person: f"C{number if number < named else number + 100}"}
            made.append(GOOD[source_name][table.name] | ids | of)
        return made

    for named, failing in ((5, {table.full_name for table in tables}), (6, set())):
        delivered = {table.name: rows(table, named) for table in tables} | {naming.name: rows(naming, 12)}
        deliver(empty_warehouse.drop, source_name, NIGHT, delivered, year=RETURN_YEAR)
        with suppress(GateStopped):
            load_delivery(source_name, NIGHT)
        decided = empty_warehouse.rows(
            "select distinct on (rule_id) rule_id, decision from quality.result "
            "where rule_id like '%.rows.of_other_children' order by rule_id, result_id desc"
        )
        stopped = {rule_id for rule_id, decision in decided if decision == "stop"}
        assert {rule_id.removesuffix(".rows.of_other_children") for rule_id in stopped} == failing
        assert len(decided) == len(tables)
    latest = "select state from ops.batch_latest where source = %s and batch_date = %s"
    assert empty_warehouse.rows(latest, (source_name, NIGHT)) == [("recorded",)]
    # of nine nobody can tell
    few = {table.name: rows(table, 0)[:9] for table in tables} | {naming.name: rows(naming, 12)}
    deliver(empty_warehouse.drop, source_name, NIGHT, few, year=RETURN_YEAR)
    load_delivery(source_name, NIGHT)
    assert empty_warehouse.rows(latest, (source_name, NIGHT)) == [("recorded",)]
