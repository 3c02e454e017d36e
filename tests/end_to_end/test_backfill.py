"""Years at once: a range of deliveries into history, batch by batch, one build; stopped, gone on with, left out."""

from datetime import date

import pytest

from include.backfill import (
    BackfillStopped,
    NothingInRange,
    deliveries_between,
    load_range,
    newest_night,
    publish_range,
    told,
)
from include.history.withdraw import withdraw
from include.night import publish_day
from tests import small_project as small
from tests.conftest import copy_of, warehouse_of
from tests.deliveries import deliver, deliver_children
from tests.end_to_end.night import load, run_night
from tests.recorded_history import live_marts, recorded_history

pytestmark = pytest.mark.usefixtures("small_project")

NIGHTS = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
FIRST, LAST = NIGHTS[0], NIGHTS[-1]
WRONG = NIGHTS[1]


def _deliver(warehouse) -> None:
    for children, night in enumerate(NIGHTS, 2):
        deliver_children(warehouse.drop, night, children=children)


def _standing(warehouse) -> list[tuple]:
    return warehouse.rows("select source, batch_date from ops.batch_standing order by 2, 1")


EVERYTHING = [(source, night) for night in NIGHTS for source in ("cssu", "momo", "ssd")]


@pytest.fixture(scope="module")
def loaded(template, small_project_folder, tmp_path_factory):
    """Four nights loaded and published at once, and what was told meanwhile."""
    with warehouse_of(template, tmp_path_factory.mktemp("backfilled")) as made:
        _deliver(made)
        lines = []
        with small.in_use(small_project_folder):
            assert load_range(deliveries_between(FIRST, LAST), lines.append) == []
            publish_range(FIRST, LAST)
        yield made, lines


@pytest.fixture
def backfilled(loaded, tmp_path):
    """The same in a warehouse of the test's own: a copy."""
    with copy_of(loaded[0], tmp_path) as made:
        yield made


def test_every_delivery_is_recorded_and_its_progress_told(loaded):
    warehouse, lines = loaded
    assert _standing(warehouse) == EVERYTHING
    for number in range(1, len(EVERYTHING) + 1):
        assert [line for line in lines if line.startswith(f"[{number}/{len(EVERYTHING)}] ")]


def test_one_build_has_every_month_end_of_the_range(loaded):
    warehouse, _ = loaded
    assert warehouse.rows("select as_at, known_on, kind from ops.publication") == [(LAST, LAST, "night")]
    assert warehouse.value("select count(*) from ops.build") == 1
    positions = warehouse.rows(
        "select position_date, count(*) from marts.fct_child_position where position_date >= %s group by 1 order by 1",
        (FIRST,),
    )
    # as known on the last night, which has them all in care since long before
    assert positions == [(night, len(NIGHTS) + 1) for night in NIGHTS]


@pytest.mark.torture
def test_it_gives_the_marts_that_nights_give_in_whatever_order(loaded, template, tmp_path):
    with copy_of(loaded[0], tmp_path) as warehouse:
        expected = recorded_history(warehouse), live_marts()
    other = tmp_path / "other"
    other.mkdir()
    with warehouse_of(template, other) as warehouse:
        _deliver(warehouse)
        for night in (NIGHTS[2], NIGHTS[3], NIGHTS[0], NIGHTS[1]):
            load(night)
        publish_day(LAST, LAST)
        assert (recorded_history(warehouse), live_marts()) == expected


def test_a_dry_run_says_what_would_be_loaded_and_loads_nothing(empty_warehouse):
    _deliver(empty_warehouse)
    found = deliveries_between(FIRST, LAST, ["ssd"])
    assert [told(delivery, restate=False) for delivery in found] == [f"ssd {day}: would be loaded" for day in NIGHTS]
    assert _standing(empty_warehouse) == []
    load(NIGHTS[0])
    assert told(deliveries_between(FIRST, FIRST, ["ssd"])[0], restate=False) == (
        f"ssd {FIRST}: recorded; would be loaded where that is not in history, or its content changed"
    )


def test_a_range_without_deliveries_is_said(empty_warehouse):
    _deliver(empty_warehouse)
    with pytest.raises(NothingInRange, match=r"has nothing of ssd from 2020-01-01 to 2020-12-31: deliver it"):
        deliveries_between(date(2020, 1, 1), date(2020, 12, 31), ["ssd"])
    with pytest.raises(ValueError, match="is before"):
        deliveries_between(LAST, FIRST)
    with pytest.raises(ValueError, match=r"no source is named csu; there are .*cssu"):
        deliveries_between(FIRST, LAST, ["ssd", "csu"])


def _break(warehouse) -> None:
    """The extract of one night lacks a file: refused as it is landed."""
    deliver(warehouse.drop, "ssd", WRONG, absent=["cla_episodes"])


def test_a_wrong_delivery_stops_the_run_which_then_goes_on_where_it_stopped(empty_warehouse):
    _deliver(empty_warehouse)
    _break(empty_warehouse)
    with pytest.raises(BackfillStopped, match=rf"ssd {WRONG}: .*cla_episodes.*5 of 12 deliveries are in history"):
        load_range(deliveries_between(FIRST, LAST), print)
    assert _standing(empty_warehouse) == EVERYTHING[:5]
    deliver_children(empty_warehouse.drop, WRONG, children=3)
    lines = []
    assert load_range(deliveries_between(FIRST, LAST), lines.append) == []
    assert _standing(empty_warehouse) == EVERYTHING
    assert len([line for line in lines if "recorded already" in line]) == 5
    assert empty_warehouse.value("select count(*) from ops.batch where state = 'recorded'") == len(EVERYTHING)


def test_a_wrong_delivery_is_named_and_left_out_where_that_is_asked(empty_warehouse):
    _deliver(empty_warehouse)
    _break(empty_warehouse)
    lines = []
    (wrong,) = load_range(deliveries_between(FIRST, LAST), lines.append, skip_bad=True)
    assert wrong.startswith(f"ssd {WRONG}: ")
    assert "cla_episodes" in wrong
    assert [line for line in lines if "left out: " in line] == [f"[6/12] left out: {wrong}"]
    assert _standing(empty_warehouse) == [one for one in EVERYTHING if one != ("ssd", WRONG)]
    # the newest night of which everything is there
    assert newest_night(FIRST, LAST) == LAST
    assert newest_night(FIRST, WRONG) == FIRST


def test_what_gate_1_stops_is_a_wrong_delivery_too(empty_warehouse):
    for night, children in zip(NIGHTS, (40, 40, 1, 40), strict=True):
        deliver_children(empty_warehouse.drop, night, children=children)
    (wrong,) = load_range(deliveries_between(FIRST, LAST), print, skip_bad=True)
    assert wrong.startswith(f"ssd {NIGHTS[2]}: gate 1 stopped ssd {NIGHTS[2]}: ")
    assert ("ssd", NIGHTS[2]) not in _standing(empty_warehouse)


@pytest.mark.torture
def test_a_newer_live_day_stays_and_knows_of_what_was_loaded(empty_warehouse):
    newer = date(2026, 4, 1)
    _deliver(empty_warehouse)
    deliver_children(empty_warehouse.drop, newer, children=7)
    run_night(newer)
    load_range(deliveries_between(FIRST, LAST), print)
    publish_range(FIRST, LAST)
    live = "select as_at, cardinality(batches) from ops.publication order by publication_id"
    assert empty_warehouse.rows(live) == [(newer, 3), (newer, 15)]


def test_what_was_withdrawn_comes_back_only_when_history_is_restated(backfilled):
    withdraw("ssd", WRONG, "an extract of the test system")
    (delivery,) = deliveries_between(WRONG, WRONG, ["ssd"])
    assert told(delivery, restate=False) == f"ssd {WRONG}: withdrawn; would stay so unless its content changed"
    for restate, stands in ((False, False), (True, True)):
        load_range(deliveries_between(WRONG, WRONG), print, restate=restate)
        assert (("ssd", WRONG) in _standing(backfilled)) is stands


def test_the_command_lists_and_stops_at_a_wrong_delivery(empty_warehouse, run_command):
    _deliver(empty_warehouse)
    _break(empty_warehouse)
    asked = ("include.commands.backfill", "--from", FIRST.isoformat(), "--to", LAST.isoformat())
    listed = run_command(*asked, "--dry-run", "--sources", "ssd,momo")
    assert listed.returncode == 0, listed.stderr
    assert "8 deliveries; nothing was loaded" in listed.stdout
    stopped = run_command(*asked)
    assert stopped.returncode == 1
    assert f"BackfillStopped: ssd {WRONG}: " in stopped.stderr
    assert "Traceback" not in stopped.stderr


@pytest.mark.torture
def test_the_command_publishes_and_ends_with_what_it_left_out(empty_warehouse, run_command):
    _deliver(empty_warehouse)
    _break(empty_warehouse)
    asked = ("include.commands.backfill", "--from", FIRST.isoformat(), "--to", LAST.isoformat())
    done = run_command(*asked, "--skip-bad")
    assert done.returncode == 1
    assert "[12/12] ssd 2026-03-31: recorded" in done.stdout
    assert "Published: as at 2026-03-31" in done.stdout
    assert f"1 deliveries were left out:\nssd {WRONG}: " in done.stderr
