"""A frozen report and what is known by now: each changed figure, whom it counts otherwise, which records say so."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from include.night import load_delivery, publish_day
from include.publish.figures import freeze
from include.restatement.records import OUT_OF_WINDOW
from include.restatement.report import NoSuchReport, lines, restate
from include.sample.exports import write_exports
from tests.conftest import copy_of, warehouse_of
from tests.councils import NIGHT, Council, ago
from tests.deliveries import deliver
from tests.end_to_end.night import load

YEAR, LATER = "2025-26", NIGHT + timedelta(days=30)
BETWEEN = NIGHT + timedelta(days=10)
OLD = "2020-04-15"  # out of the window of six years on LATER, and not before


def _council(*, ended=(), added=(), gone=(), review_held="", shown_before="") -> Council:
    council = Council()
    for name in ("stays1", "ends1", "ends2", "gone1", *added):
        if name in gone:
            continue
        council.child(
            name, since=ago(400), reviews=[ago(380), ago(290), ago(110)], until=ago(11) if name in ended else ""
        )
    if shown_before:
        # a status that ended six years before: the extract shows it for some days more
        council.ssd["legal_status"].append(
            {
                "lega_legal_status_id": "L-old-ends1",
                "lega_person_id": "ends1",
                "lega_legal_status": "V2",
                "lega_legal_status_start_date": "2019-01-01",
                "lega_legal_status_end_date": shown_before,
            }
        )
    if review_held:
        (review,) = [row for row in council.ssd["cla_reviews"] if row["clar_cla_review_id"] == "R3-stays1"]
        review["clar_cla_review_date"] = review_held
    return council


def _deliver(warehouse, night, council) -> None:
    deliver(warehouse.drop, "ssd", night, council.ssd)
    deliver(warehouse.drop, "cssu", night, council.cssu)
    load(night)


@pytest.fixture(scope="module")
def _frozen(template, tmp_path_factory):
    with warehouse_of(template, tmp_path_factory.mktemp("restatement")) as warehouse:
        _deliver(warehouse, NIGHT, _council(shown_before=OLD))
        publish_day(NIGHT, NIGHT)
        freeze(YEAR)
        # one ending becomes known ten days later, the rest after thirty
        _deliver(warehouse, BETWEEN, _council(ended=["ends1"], shown_before=OLD))
        later = _council(ended=["ends1", "ends2"], added=["late1"], gone=["gone1"], review_held=ago(100))
        # what is of the new year makes no difference to the old one
        later.child("new1", since=ago(-5))
        _deliver(warehouse, LATER, later)
        publish_day(LATER, LATER)
        yield warehouse


@pytest.fixture(scope="module")
def restated(_frozen):
    """The report restated as what is live has it."""
    return restate(YEAR)


@pytest.fixture
def frozen(_frozen, tmp_path):
    """A warehouse of the test's own with a frozen report, and two nights after it: a copy."""
    with copy_of(_frozen, tmp_path) as made:
        yield made


def test_every_changed_figure_is_explained_child_by_child_and_each_record_named_once(restated):
    assert (restated.known_then, restated.known_now, restated.replaced) == (NIGHT, LATER, ())
    (count,) = [f for f in restated.figures if f.measure_id == "cic_count" and f.period.id == f"as at {NIGHT}"]
    assert (count.then, count.now) == ("4", "2")
    assert {(member.child_ref, member.change) for member in count.members} == {
        ("ends1", "no longer counted"),
        ("ends2", "no longer counted"),
        ("gone1", "no longer counted"),
        ("late1", "counted now"),
    }
    episodes = {
        (change.record_key, change.change, change.columns, change.first_seen): measures
        for change, measures in restated.changes
        if change.table == "cla_episodes"
    }
    ended = "clae_cla_episode_ceased_date, clae_cla_episode_ceased_reason"
    assert set(episodes) == {
        ("E-ends1", "changed", ended, BETWEEN),
        ("E-ends2", "changed", ended, LATER),
        ("E-late1", "added", "", LATER),
        ("E-gone1", "deleted", "", LATER),
    }
    assert all("cic_count" in measures for measures in episodes.values())
    named = [(change.source, change.table, change.record_key) for change, _ in restated.changes]
    assert len(named) == len(set(named))
    assert not [change for change, _ in restated.changes if change.child_ref == "new1"]


def test_a_record_out_of_the_extracts_window_is_said_to_be_that(restated):
    out = [(change, measures) for change, measures in restated.changes if change.change == OUT_OF_WINDOW]
    assert [(change.table, change.record_key, change.first_seen, measures) for change, measures in out] == [
        ("legal_status", "L-old-ends1", LATER, ())
    ]
    assert "1 records of these children left the extract's window since: they are read on, as last said" in lines(
        restated
    )


def test_a_changed_record_that_names_no_person_is_found_by_its_period_of_care(restated):
    changes = {change.record_key: change for change, _ in restated.changes if change.table == "cla_reviews"}
    moved = changes["R3-stays1"]
    assert (moved.child_ref, moved.change, moved.columns) == ("stays1", "changed", "clar_cla_review_date")


@pytest.mark.torture
def test_as_known_on_a_day_between_there_is_only_what_was_known_by_then(frozen):
    restated = restate(YEAR, BETWEEN)
    (count,) = [f for f in restated.figures if f.measure_id == "cic_count" and f.period.id == f"as at {NIGHT}"]
    assert [member.child_ref for member in count.members] == ["ends1"]
    with pytest.raises(NoSuchReport, match=f"was known on {NIGHT}: name a day after it"):
        restate(YEAR, NIGHT - timedelta(days=1))


@pytest.mark.torture
def test_a_replaced_batch_is_named_as_a_cause(frozen):
    deliver(frozen.drop, "ssd", NIGHT, _council(ended=["ends1"]).ssd)
    load_delivery("ssd", NIGHT)
    restated = restate(YEAR)
    (line,) = restated.replaced
    assert line.startswith(f"ssd {NIGHT} was replaced by a later delivery on ")
    assert f"  {line}" in lines(restated)
    # the report says for good what it said
    (count,) = [f for f in restated.figures if f.measure_id == "cic_count" and f.period.id == f"as at {NIGHT}"]
    assert (count.then, count.now) == ("4", "2")


def test_the_command_says_it_in_lines_and_writes_ids_down(frozen, run_command):
    done = run_command("include.commands.restatement", "--year", YEAR)
    assert done.returncode == 0, done.stderr
    assert f"(as at {NIGHT}): 4 then, 2 now: 1 counted now, 3 no longer counted" in done.stdout
    folder = Path(done.stdout.rpartition("whom, and which records: ")[2].strip())
    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"E-ends1", "E-ends2", "E-late1", "E-gone1"} <= {row["record_key"] for row in rows}
    assert "Zorvane" not in "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    missing = run_command("include.commands.restatement", "--year", "2019-20")
    assert missing.returncode == 1
    assert f"no report of 2019-20 is frozen; those that are: {YEAR}" in missing.stderr


@pytest.mark.torture
def test_649_children_in_the_report_and_634_in_the_return_are_explained_child_by_child(empty_warehouse):
    """The sample authority at its council's size: fifteen endings were recorded between the report and the return."""
    report, reported, returned = date(2023, 3, 31), date(2023, 5, 31), date(2023, 6, 30)
    write_exports(empty_warehouse.drop, (reported, returned), size=1.0)
    load(reported)
    publish_day(report, reported, kind="by_hand")
    freeze("2022-23")
    load(returned)
    restated = restate("2022-23", returned)
    (count,) = [f for f in restated.figures if f.measure_id == "cic_count" and f.period.id == f"as at {report}"]
    assert (count.then, count.now) == ("649", "634")
    assert [member.change for member in count.members] == ["no longer counted"] * 15
    endings = {
        change.child_ref
        for change, measures in restated.changes
        if change.table == "cla_episodes"
        and "cic_count" in measures
        and "clae_cla_episode_ceased_date" in change.columns
    }
    assert endings == {member.child_ref for member in count.members}
    # every figure that changed says whom it counts otherwise, and each record is named once
    assert [figure.measure_id for figure in restated.figures if not figure.members] == []
    named = [(change.source, change.table, change.record_key) for change, _ in restated.changes]
    assert len(named) == len(set(named))
    print("\n".join(lines(restated)))
