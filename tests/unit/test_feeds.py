"""Batches in the drop folder: which are there, what they speak for, and when a delivery is complete."""

import json
import os
from datetime import UTC, date, datetime, timedelta

import pytest

from include.contract.model import source
from include.feeds import batches, readiness
from include.feeds.errors import DeliveryError
from tests.conftest import environment

NIGHT = date(2026, 3, 31)
NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)


def _deliver(drop, source_name, batch_date, names, manifest=None):
    folder = drop / source_name / batch_date.isoformat()
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("x\n")
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
    return folder


def _files(source_name):
    return [f"{table.raw_name if source_name == 'ssd' else table.name}.csv" for table in source(source_name).tables]


def test_a_nightly_batch_speaks_for_everything(tmp_path):
    _deliver(tmp_path, "ssd", NIGHT, [*_files("ssd"), "readme.txt"])
    (batch,) = batches.find_batches(tmp_path, "ssd", NIGHT, tmp_path)
    assert batch.slice == "all"
    assert [file.table.name for file in batch.files] == [table.name for table in source("ssd").tables]
    assert batch.other_files == ("readme.txt",)


def test_a_return_speaks_for_its_year_and_one_delivery_may_hold_several(tmp_path):
    names = [f"{year}-{part}.csv" for year in (2020, 2021) for part in ("header", "episodes", "reviews")]
    _deliver(tmp_path, "ssda903", NIGHT, names)
    assert [batch.slice for batch in batches.find_batches(tmp_path, "ssda903", NIGHT, tmp_path)] == [
        "2020/21",
        "2021/22",
    ]


def test_the_turn_of_a_century_keeps_its_two_digits(tmp_path):
    _deliver(tmp_path, "ssda903", NIGHT, [f"2099-{part}.csv" for part in ("header", "episodes", "reviews")])
    assert batches.find_batches(tmp_path, "ssda903", NIGHT, tmp_path)[0].slice == "2099/00"


def test_a_period_comes_from_the_manifest_or_is_the_day(tmp_path):
    _deliver(tmp_path, "momo", NIGHT, ["statements.csv"])
    assert batches.find_batches(tmp_path, "momo", NIGHT, tmp_path)[0].slice == "2026-03-31/2026-04-01"
    month = {
        "files": [{"file": "statements.csv"}],
        "slice": {"kind": "period", "from": "2026-03-01", "to": "2026-04-01"},
    }
    _deliver(tmp_path / "other", "momo", NIGHT, ["statements.csv"], month)
    assert batches.find_batches(tmp_path / "other", "momo", NIGHT, tmp_path)[0].slice == "2026-03-01/2026-04-01"


@pytest.mark.parametrize(
    ("names", "manifest", "what"),
    [
        ([], None, "no file of source momo is in it"),
        (["statements.csv"], "{", "the manifest can't be read"),
        (["statements.csv"], {"files": [{"file": "more.csv"}]}, "the manifest names this file, but it isn't there"),
        (["statements.csv"], {"files": [], "source": "ssd"}, "its source is not momo"),
        (["statements.csv"], {"files": [], "batch_date": "2026-03-30"}, "its batch_date is not 2026-03-31"),
        (["statements.csv", "STATEMENTS.CSV"], None, "is for momo.statements too"),
        (
            ["statements.csv"],
            {"files": [{"file": "statements.csv"}], "slice": {"from": "2026-03-31", "to": "2026-03-31"}},
            "which slice it is can't be",
        ),
        (["statements.csv"], {"files": []}, "the manifest doesn't name this file"),
    ],
)
def test_what_is_wrong_with_a_delivery_is_said_in_one_line(tmp_path, names, manifest, what):
    _deliver(tmp_path, "momo", NIGHT, names, manifest)
    with pytest.raises(DeliveryError, match=what) as caught:
        batches.find_batches(tmp_path, "momo", NIGHT, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    _deliver(tmp_path, "cssu", NIGHT, [name for name in _files("cssu") if name != "escalations.csv"])
    with pytest.raises(DeliveryError, match=r"the file of cssu\.escalations is missing"):
        batches.find_batches(tmp_path, "cssu", NIGHT, tmp_path)


def test_a_night_takes_its_own_day_of_nightly_sources_and_all_before_of_the_others(tmp_path):
    for day in (NIGHT - timedelta(1), NIGHT, NIGHT + timedelta(1)):
        _deliver(tmp_path, "ssd", day, ["x.csv"])
        _deliver(tmp_path, "ssda903", day, ["x.csv"])
    assert list(batches.batches_for(tmp_path, NIGHT, NIGHT + timedelta(1))) == [
        ("ssd", NIGHT),
        ("ssda903", NIGHT - timedelta(1)),
        ("ssda903", NIGHT),
    ]


def test_a_night_looks_at_deliveries_dated_after_today_to_say_so(tmp_path):
    for name in ("ssd", "ssda903"):
        _deliver(tmp_path, name, NIGHT + timedelta(1), ["x.csv"])
    assert list(batches.batches_for(tmp_path, NIGHT - timedelta(1), NIGHT)) == [
        ("ssd", NIGHT + timedelta(1)),
        ("ssda903", NIGHT + timedelta(1)),
    ]


def test_a_folder_that_is_no_day_is_named(tmp_path):
    (tmp_path / "ssd" / "2026-02-30").mkdir(parents=True)
    with pytest.raises(DeliveryError, match="not a date"):
        batches.batch_dates(tmp_path, "ssd")


@pytest.mark.parametrize("mark", ["manifest.json", "_READY"])
def test_a_delivery_with_its_mark_is_ready_at_once(tmp_path, mark):
    folder = _deliver(tmp_path, "momo", NIGHT, ["statements.csv", mark])
    with environment(PERMANENCE_QUIET_SECONDS="300"):
        assert readiness.delivery_state(folder, NOW) is None


def test_a_delivery_without_mark_is_ready_once_it_is_left_alone(tmp_path):
    folder = _deliver(tmp_path, "momo", NIGHT, ["statements.csv"])
    with environment(PERMANENCE_QUIET_SECONDS="300"):
        for age, ready in ((299, False), (301, True)):
            stamp = NOW.timestamp() - age
            os.utime(folder / "statements.csv", (stamp, stamp))
            assert (readiness.delivery_state(folder, NOW) is None) is ready


def test_which_source_is_waited_for_and_why(tmp_path):
    _deliver(tmp_path, "momo", NIGHT, ["statements.csv", "_READY"])
    with environment(PERMANENCE_NIGHTLY_SOURCES="momo, ssd"):
        found = readiness.readiness(tmp_path, NIGHT, NOW)
    assert found.ready == ("momo",)
    assert "ssd: no delivery at" in found.explain()
    assert "\n" not in found.explain()


def test_no_source_awaited_is_allowed(tmp_path):
    with environment(PERMANENCE_NIGHTLY_SOURCES=""):
        assert readiness.readiness(tmp_path, NIGHT, NOW).complete


def test_a_run_by_hand_awaits_nothing_and_names_what_is_missing(tmp_path):
    with (
        environment(PERMANENCE_DROP_FOLDER=str(tmp_path), PERMANENCE_NIGHTLY_SOURCES="ssd"),
        pytest.raises(readiness.ExportsMissing, match="night of 2026-03-31: exports not ready: ssd: no delivery"),
    ):
        readiness.exports_ready(NIGHT, None)


def test_a_scheduled_run_waits_until_its_deadline(tmp_path):
    with environment(
        PERMANENCE_DROP_FOLDER=str(tmp_path), PERMANENCE_NIGHTLY_SOURCES="ssd", PERMANENCE_EXPORT_DEADLINE_HOURS="5"
    ):
        assert readiness.exports_ready(NIGHT, datetime.now(UTC) - timedelta(hours=4)) is False
        with pytest.raises(readiness.ExportsMissing):
            readiness.exports_ready(NIGHT, datetime.now(UTC) - timedelta(hours=6))


def test_a_day_of_which_nothing_is_there_is_told_from_one_of_which_something_is(tmp_path):
    _deliver(tmp_path, "momo", NIGHT, ["statements.csv", "_READY"])
    with environment(PERMANENCE_DROP_FOLDER=str(tmp_path), PERMANENCE_NIGHTLY_SOURCES="momo, ssd"):
        assert readiness.nothing_delivered(NIGHT) is False
        assert readiness.nothing_delivered(NIGHT - timedelta(days=1)) is True
    # a source that is not awaited says nothing of the night; where none is awaited, none is missing
    with environment(PERMANENCE_DROP_FOLDER=str(tmp_path), PERMANENCE_NIGHTLY_SOURCES="ssd"):
        assert readiness.nothing_delivered(NIGHT) is True
    with environment(PERMANENCE_DROP_FOLDER=str(tmp_path), PERMANENCE_NIGHTLY_SOURCES=""):
        assert readiness.nothing_delivered(NIGHT) is False
    # a database has something of the newest day that is over
    with environment(
        PERMANENCE_DROP_FOLDER=str(tmp_path),
        PERMANENCE_NIGHTLY_SOURCES="ssd",
        PERMANENCE_SSD_DATABASE_URL="postgresql://reader@localhost/reporting",
    ):
        assert readiness.nothing_delivered(NIGHT) is True
        assert readiness.nothing_delivered(readiness.newest_closed_day()) is False
