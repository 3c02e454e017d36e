"""Returns and an extract together, and days gone by: each child and review once, as the source of that day says."""

import csv
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from include.night import publish_day
from tests import small_project as small
from tests.conftest import environment, warehouse_of
from tests.councils import NIGHT, Council, ago
from tests.deliveries import deliver, deliver_five_returns
from tests.end_to_end.night import load

DELIVERED = date(2022, 7, 1)
DAY_OF_A_RETURN, DAY_RESTATED = date(2021, 3, 31), date(2026, 3, 22)


def _day(text):
    return datetime.strptime(text, "%d/%m/%Y").date()


def _returned(folder, year, part="episodes"):
    with (folder / f"{year}-{part}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _continuing(folder):
    """A child whom the last two returns tell in care to their end: the id, a day in care of the first of them, and the
    days of the reviews that the last return has from then to its end: three or more."""
    before, last = _returned(folder, 2020), _returned(folder, 2021)
    still, at_the_end = ({row["CHILD"] for row in rows if not row["DEC"]} for rows in (before, last))
    for child in sorted(still & at_the_end):
        since = max(date(2020, 4, 1), min(_day(row["DECOM"]) for row in before if row["CHILD"] == child))
        days = {_day(row["REVIEW"]) for row in _returned(folder, 2021, "reviews") if row["CHILD"] == child}
        reviews = sorted(day for day in days if since < day <= date(2022, 3, 31))
        if len(reviews) > 2:
            return child, since, reviews
    raise AssertionError("the returns have no such child")


def _extract(child, since, reviews) -> Council:
    extract = Council()
    add, step = extract.child, extract.milestone

    def plan(name, option, **values):
        extract.plan(name, option, **({"agreed_date": ago(300)} | values))

    # the case system shows the newest of the reviews that the return has, and not those before
    add(child, since=since.isoformat(), reviews=[reviews[-1].isoformat()])
    add("only1", since="2020-06-01")
    add("missed1", since="2024-01-08", until="2026-03-20", reviews=("2024-02-01",))
    add("early1", since="2026-01-05", until="2026-03-20", reviews=("2026-01-20",))
    add("restated1", since="2025-01-06", until="2026-03-25", reviews=("2025-01-20",))
    add("shared1", since="2025-01-06", period="C-shared")
    add("shared2", since="2025-01-06", period="C-shared")
    add("named1", since=ago(400), reviews=(ago(380), ago(290), ago(110)))
    plan("named1", "LTFOST18", agreed_at_review_id="R2-named1", agreed_date=ago(100))
    add("homeward1", since=ago(400)), plan("homeward1", "RETURN6M")
    add("homeward2", since=ago(400)), plan("homeward2", "RETURN6M")
    step("homeward2", "RETURN_HOME_STEP", planned_date=ago(-20))
    add("adoption1", since=ago(400), status="E1"), plan("adoption1", "ADOPTION")
    add("adoption2", since=ago(400), status="E1"), plan("adoption2", "ADOPTION")
    step("adoption2", "ADOPTION_MATCH_PANEL", planned_date=ago(40), actual_date=ago(50))
    add("parents1", since=ago(500), placement="P1"), plan("parents1", "RETURN6M", achieved_date=ago(200))
    add("parents2", since=ago(300), placement="P1"), plan("parents2", "RETURN6M", achieved_date=ago(200))
    add("waiting1", since=ago(400)), plan("waiting1", "LTFOST18")
    extract.escalation(1, "waiting1", raised=ago(60), answered=ago(58))
    extract.escalation(2, "waiting1", raised=ago(30))
    return extract


@pytest.fixture(scope="module")
def told(real_data, template, tmp_path_factory):
    """Five real returns, an extract and registers: the trackers of two days as known on the night, and the facts."""
    folder = real_data / "ssda903_2017_2021"
    child, since, reviews = _continuing(folder)
    extract = _extract(child, since, reviews)
    with (
        warehouse_of(template, tmp_path_factory.mktemp("told")) as warehouse,
        environment(PERMANENCE_NIGHTLY_SOURCES=""),
        # facts and trackers, without what counts
        small.in_use(small.make(tmp_path_factory.mktemp("project"), "fct_cic_review", "fct_permanence_plan")),
    ):
        deliver_five_returns(warehouse.drop, real_data)
        for night in (NIGHT - timedelta(days=1), NIGHT):
            deliver(warehouse.drop, "ssd", night, extract.ssd)
            deliver(warehouse.drop, "cssu", night, extract.cssu)
        for night in (DELIVERED, NIGHT - timedelta(days=1), NIGHT):
            load(night)
        trackers = {}
        for day in (DAY_OF_A_RETURN, DAY_RESTATED):
            # gate 2 counts on raw history: it would stop a tracker that another source's children stand on
            publish_day(day, NIGHT)
            with warehouse.connect() as connection:
                cursor = connection.execute("select * from marts.permanence_tracker")
                names = [column.name for column in cursor.description]
                trackers[day] = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
        yield warehouse, trackers, child, reviews


def test_a_day_of_a_return_is_told_by_that_return_alone(told, real_data):
    _, trackers, *_ = told
    open_then = {
        row["CHILD"]
        for row in _returned(real_data / "ssda903_2017_2021", 2020)
        if not row["DEC"] or _day(row["DEC"]) > DAY_OF_A_RETURN
    }
    tracker = trackers[DAY_OF_A_RETURN]
    assert set(tracker) == open_then
    assert Counter(row["care_basis"] for row in tracker.values()) == {"full": 89, "short_break": 14}


def test_a_child_of_both_sources_has_one_period_and_each_review_once(told):
    warehouse, _, child, reviews = told
    rows = warehouse.rows(
        "select care_period_id, held_date, source from marts.fct_cic_review where child_ref = %s "
        "and (held_date between %s and %s or held_date is null and due_date > %s) order by review_number",
        (child, reviews[0], reviews[-1], reviews[-1]),
    )
    assert rows == [
        *((f"C-{child}", held, "ssda903") for held in reviews[:-1]),
        (f"C-{child}", reviews[-1], "ssd"),
        (f"C-{child}", None, None),
    ]


def test_on_a_day_of_a_return_reviews_stand_with_the_period_that_is_told_whole(told):
    _, trackers, child, reviews = told
    row = trackers[DAY_OF_A_RETURN][child]
    assert row["care_period_id"] == f"C-{child}"
    assert row["last_review_date"] == max(day for day in reviews if day <= DAY_OF_A_RETURN)
    assert "only1" not in trackers[DAY_OF_A_RETURN]
    assert "only1" in trackers[DAY_RESTATED]


def test_a_review_that_was_missed_is_told_also_of_a_child_who_has_left(told):
    rows = told[0].rows(
        "select child_ref, review_number, status, due_date from marts.fct_cic_review "
        "where child_ref in ('missed1', 'early1') and held_date is null"
    )
    assert rows == [("missed1", 2, "due", date(2024, 5, 1))]


def test_on_a_day_before_a_child_left_the_next_review_is_due_all_the_same(told):
    row = told[1][DAY_RESTATED]["restated1"]
    assert (row["next_review_due_date"], row["next_review_status"]) == (date(2025, 4, 20), "overdue")
    assert "missed1" not in told[1][DAY_RESTATED]


def test_one_period_id_on_two_children_loses_neither(told):
    assert {"shared1", "shared2"} <= set(told[1][DAY_RESTATED])


def test_a_plan_is_agreed_at_the_review_it_names(told):
    assert told[0].rows(
        "select agreed_at_review_number from marts.fct_permanence_plan where decision_id = 'D1-named1'"
    ) == [(2,)]


STEPS = "A return home is agreed without dated steps"
MATCH = "A placement order was made and no match with adopters is recorded"
PARENTS = "A care order goes on although the child has lived with parents for months"


@pytest.mark.parametrize(
    ("child", "found"),
    [
        ("homeward1", {STEPS}),
        ("homeward2", set()),
        ("adoption1", {MATCH}),
        ("adoption2", set()),
        ("parents1", {PARENTS}),
        ("parents2", set()),
    ],
)
def test_what_a_plan_lacks_is_a_reason(told, child, found):
    row = told[1][DAY_RESTATED][child]
    assert {STEPS, MATCH, PARENTS} & set(row["rag_reasons"]) == found


def test_of_two_open_escalations_the_unanswered_one_is_shown(told):
    row = told[1][DAY_RESTATED]["waiting1"]
    assert row["open_escalation_id"] == "X2"
    assert "An escalation is unanswered past its working days" in row["rag_reasons"]


def test_the_records_of_a_source_are_those_of_its_newest_batches(told):
    assert told[0].rows(
        "select p.source, p.records = sum(b.record_count) from marts.publication_source as p "
        "inner join (select distinct on (source, slice) source, record_count from ops.batch_standing "
        "order by source, slice, batch_date desc) as b using (source) group by p.source, p.records order by 1"
    ) == [("cssu", True), ("ssd", True), ("ssda903", True)]
