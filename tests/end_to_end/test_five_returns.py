"""Five real-shaped SSDA903 returns, landed as five yearly slices, published as at 31 March 2022."""

import csv
from collections import Counter
from datetime import date, datetime

import pytest

from include.backfill import deliveries_between, load_range, newest_return, publish_range
from include.night import publish_day
from include.publish.report import mart_hashes
from tests import small_project as small
from tests.conftest import Warehouse, environment, warehouse_of
from tests.deliveries import deliver_five_returns
from tests.end_to_end.night import load

AS_AT, LAST_DELIVERY = date(2022, 3, 31), date(2022, 7, 1)
YEARS = range(2017, 2022)
PARTS = ("header", "episodes", "reviews")


def _rows(folder, year, part):
    with (folder / f"{year}-{part}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _day(text):
    return datetime.strptime(text, "%d/%m/%Y").date() if text else None


@pytest.fixture(scope="module")
def returns(real_data):
    return real_data / "ssda903_2017_2021"


@pytest.fixture(scope="module")
def published(real_data, template, small_project_folder, tmp_path_factory):
    """The five returns, each delivered in the July after its year, backfilled: the tracker, not figures."""
    with small.in_use(small_project_folder), warehouse_of(template, tmp_path_factory.mktemp("returns")) as made:
        assert deliver_five_returns(made.drop, real_data) == LAST_DELIVERY
        assert load_range(deliveries_between(date(2018, 1, 1), LAST_DELIVERY), print) == []
        publication = publish_range(date(2018, 1, 1), LAST_DELIVERY)
        with environment(PERMANENCE_NIGHTLY_SOURCES=""):
            yield made, publication


def test_every_record_is_in_history_in_quarantine_or_an_exact_duplicate(published, returns):
    warehouse: Warehouse = published[0]
    for year in YEARS:
        slice_ = f"{year}/{(year + 1) % 100:02d}"
        (files,) = warehouse.rows(
            "select files from ops.batch_standing where source = 'ssda903' and slice = %s", (slice_,)
        )[0]
        by_table = {file["table"]: file for file in files}
        for part in PARTS:
            rows = _rows(returns, year, part)
            distinct = {tuple(row.values()) for row in rows}
            file = by_table[part]
            assert file["records"] == len(rows)
            assert file["recorded"] + file["quarantined"] + file["duplicates"] == len(rows)
            assert file["quarantined"] == 0, f"{year} {part}: a row of the real returns is unusable"
            assert file["recorded"] == len(distinct)
            assert warehouse.value(f"select count(*) from raw.ssda903_{part} where _slice = %s", (slice_,)) == len(
                distinct
            )


def test_whatever_fails_a_rule_is_listed_under_its_id(published, returns):
    open_with_reason = sum(1 for year in YEARS for row in _rows(returns, year, "episodes") if not row["DEC"])
    assert (
        published[0].value("select count(*) from quality.failure where rule_id = 'ssda903.episodes.rule_148'")
        == open_with_reason
    )
    differing = 0
    for year in YEARS:
        codes = {}
        for row in _rows(returns, year, "reviews"):
            codes.setdefault((row["CHILD"], row["REVIEW"]), Counter())[row["REVIEW_CODE"]] += 1
        differing += sum(len(found) for found in codes.values() if len(found) > 1)
    assert (
        published[0].value(
            "select count(*) from quality.failure where rule_id = 'ssda903.reviews.participation_differs'"
        )
        == differing
    )


def test_the_children_in_care_are_those_of_that_years_return_alone(published, returns):
    born = {row["CHILD"]: _day(row["DOB"]) for row in _rows(returns, 2021, "header")}
    in_care = {
        row["CHILD"]: row["LS"]
        for row in _rows(returns, 2021, "episodes")
        if _day(row["DECOM"]) <= AS_AT
        and (not row["DEC"] or _day(row["DEC"]) > AS_AT)
        and (AS_AT.year - born[row["CHILD"]].year - (AS_AT.timetuple()[1:3] < born[row["CHILD"]].timetuple()[1:3])) < 18
    }
    tracked = published[0].rows("select child_ref, care_basis from marts.permanence_tracker")
    assert {child for child, _ in tracked} == set(in_care)
    assert len(tracked) == 62
    assert Counter(basis for _, basis in tracked) == {"full": 55, "short_break": 7}
    assert {child for child, basis in tracked if basis == "short_break"} == {
        child for child, status in in_care.items() if status in {"V3", "V4"}
    }


def test_a_return_that_carries_no_plans_is_never_a_child_without_a_plan(published):
    assert published[0].rows(
        "select distinct current_plan_status from marts.permanence_tracker where care_basis = 'full'"
    ) == [("not carried by this source",)]


def test_a_warehouse_of_returns_is_published_as_at_the_end_of_the_last_as_known_with_all_of_them(published):
    assert published[0].rows("select as_at, known_on, kind from ops.publication") == [(AS_AT, LAST_DELIVERY, "night")]
    assert published[0].rows("select as_at, known_on from marts.publication") == [(AS_AT, LAST_DELIVERY)]
    assert newest_return(date(2018, 7, 1), date(2019, 7, 1)) == (date(2019, 3, 31), date(2019, 7, 1))
    assert newest_return(date(2018, 7, 2), date(2019, 6, 30)) is None


def test_running_it_again_changes_nothing(published):
    before = mart_hashes()
    load(LAST_DELIVERY)
    again = publish_day(AS_AT, LAST_DELIVERY)
    assert again.written == 0
    assert mart_hashes() == before


def test_a_day_no_return_covers_is_not_published_as_zero_children(published):
    from include.quality.results import GateStopped

    before = mart_hashes()
    with pytest.raises(GateStopped, match="no source"):
        publish_day(date(2022, 4, 1), LAST_DELIVERY)
    assert mart_hashes() == before
