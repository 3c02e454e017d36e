"""Several at work at once: writers of one source, sources, publishers, a publisher and a recording; nothing is lost.

Each is a process of its own, as a night's tasks are. They are brought to contend, not hoped to: what they write last is
kept from them until all of them wait.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from include.night import load_delivery, publish_day, refresh_live
from include.publish.report import mart_hashes
from tests.conftest import Warehouse, warehouse_of
from tests.deliveries import deliver, deliver_children
from tests.end_to_end.night import load, step_code
from tests.end_to_end.worst_moment import ended, held, started, wait_for
from tests.recorded_history import recorded_history

EARLIER, NIGHT, LATER = (date(2026, 3, 30) + timedelta(days=number) for number in range(3))
OF_THE_RETURN = date(2022, 7, 1)
NIGHTS = [date(2026, 3, 1) + timedelta(days=number) for number in range(8)]


def _loading(source: str, day: date) -> str:
    return (
        "from datetime import date; from include.night import load_delivery; "
        f"load_delivery('{source}', date.fromisoformat('{day}'))"
    )


def _publishing(day: date) -> str:
    return (
        "import logging; logging.basicConfig(level=logging.INFO); from datetime import date; "
        f"from include.night import publish_day; day = date.fromisoformat('{day}'); publish_day(day, day)"
    )


def _deliver_register(warehouse: Warehouse, day: date) -> None:
    """A register of escalations that changes each night: one is new, one gone, one changed, one lacks its key."""
    night = (day - NIGHTS[0]).days
    least = {"raised_date": "2026-01-05", "raised_by_professional_id": "W1"}
    rows = [
        least | {"escalation_id": f"X{number}", "person_id": "P1", "formal": "Y" if number == night + 3 else "N"}
        for number in range(night, night + 12)
    ]
    deliver(warehouse.drop, "cssu", day, {"escalations": [*rows, least | {"person_id": f"P{night}"}]})


def _deliver_all_sources(warehouse: Warehouse) -> None:
    deliver_children(warehouse.drop, NIGHT, children=5)
    deliver(warehouse.drop, "ssda903", OF_THE_RETURN)


def _in_order(template, folder, delivered: Callable[[Warehouse], None], work: list[tuple[str, date]]) -> dict:
    """History when the same deliveries are loaded one after another, in another warehouse."""
    with warehouse_of(template, folder) as made:
        delivered(made)
        for source, day in work:
            load_delivery(source, day)
        return recorded_history(made)


@pytest.fixture
def another_folder(tmp_path):
    folder = tmp_path / "another"
    folder.mkdir()
    return folder


def _registers(warehouse: Warehouse) -> None:
    for day in NIGHTS:
        _deliver_register(warehouse, day)


@pytest.mark.parametrize(
    ("delivered", "work"),
    [
        # the middle one of three nights comes between two that are there
        pytest.param(_registers, [("cssu", day) for day in NIGHTS[:3]], id="three-writers-of-one-source"),
        pytest.param(
            _deliver_all_sources,
            [("ssd", NIGHT), ("cssu", NIGHT), ("momo", NIGHT), ("ssda903", OF_THE_RETURN)],
            id="four-sources",
            marks=pytest.mark.torture,
        ),
    ],
)
def test_writers_at_once_lose_nothing(empty_warehouse, template, another_folder, delivered, work):
    expected = _in_order(template, another_folder, delivered, work)
    delivered(empty_warehouse)
    with held(empty_warehouse, "ops.batch"):
        processes = [started(_loading(*one)) for one in work]
        wait_for(empty_warehouse, processes)
    for process in processes:
        ended(process)
    assert recorded_history(empty_warehouse) == expected


_WAITS_TO_COMMIT = """
    create function ops.wait() returns trigger language plpgsql as $$
    begin
        perform pg_advisory_xact_lock(hashtextextended('the test', 0));
        return null;
    end $$;
    create constraint trigger wait after insert on ops.batch deferrable initially deferred
    for each row when (new.state = 'recorded') execute function ops.wait();
"""


def test_a_batch_that_another_run_is_about_to_have_recorded_is_left_to_it(empty_warehouse):
    """Its landing tables are gone by the time the second run has counted that they are there."""
    _deliver_register(empty_warehouse, NIGHTS[0])
    for step in ("land", "gate_landing"):
        ended(started(step_code(step, NIGHTS[0])))
    with empty_warehouse.connect() as holder:
        holder.execute(_WAITS_TO_COMMIT)
        holder.execute("select pg_advisory_lock(hashtextextended('the test', 0))")
        writers = [started(step_code("record", NIGHTS[0]))]
        wait_for(empty_warehouse, writers)
        writers.append(started(step_code("record", NIGHTS[0])))
        wait_for(empty_warehouse, writers)
    for writer in writers:
        ended(writer)
    assert empty_warehouse.rows(
        "select state, count(*) from ops.batch where source = 'cssu' group by 1 order by 1"
    ) == [
        ("landed", 1),
        ("passed", 1),
        ("recorded", 1),
    ]
    assert empty_warehouse.rows("select tablename from pg_tables where schemaname = 'landing'") == []


@pytest.mark.torture
@pytest.mark.parametrize("round_", range(10))
def test_many_writers_at_once_lose_nothing(empty_warehouse, template, another_folder, round_):
    """Three writers, each of the same eight nights in an order of its own; nobody is made to wait for anybody."""
    expected = _in_order(template, another_folder, _registers, [("cssu", day) for day in NIGHTS])
    _registers(empty_warehouse)
    chance = random.Random(round_)
    writers = [
        started("; ".join(_loading("cssu", day) for day in chance.sample(NIGHTS, len(NIGHTS)))) for _ in range(3)
    ]
    for writer in writers:
        ended(writer)
    assert recorded_history(empty_warehouse) == expected


def _live(warehouse: Warehouse) -> tuple:
    """Of what is live: the day, how many children, does it stand on all that is recorded; and is it what was said?"""
    return warehouse.rows(
        "select p.as_at, (select count(*) from marts.permanence_tracker), "
        "o.batches = (select array_agg(batch_id order by batch_id) from ops.batch_standing), o.build_id = p.build_id "
        "from marts.publication as p cross join ops.publication as o order by o.publication_id desc limit 1"
    )[0]


@pytest.mark.torture
@pytest.mark.usefixtures("small_project")
def test_publishers_at_once_publish_the_newest_day_once(two_nights):
    deliver_children(two_nights.drop, LATER, children=3)
    load(LATER)
    with held(two_nights, "ops.publication"):
        publishers = [started(_publishing(LATER)), started(_publishing(LATER))]
        wait_for(two_nights, publishers)
        # of an older day, which finds nothing newer live yet
        publishers.append(started(_publishing(EARLIER)))
        wait_for(two_nights, publishers)
    for publisher in publishers:
        ended(publisher)
    assert _live(two_nights) == (LATER, 3, True, True)
    assert two_nights.rows("select as_at, count(*) from ops.publication group by 1 order by 1") == [
        (EARLIER, 1),
        (NIGHT, 1),
        (LATER, 1),
    ]


@pytest.mark.torture
@pytest.mark.usefixtures("small_project")
def test_a_publisher_does_not_wait_for_a_recording(two_nights):
    deliver_children(two_nights.drop, LATER, children=3)
    load(LATER)
    deliver_children(two_nights.drop, LATER, children=4)
    for step in ("land", "gate_landing"):
        ended(started(step_code(step, LATER)))
    with held(two_nights, "ops.batch"):
        recording = started(step_code("record", LATER))
        wait_for(two_nights, [recording])
        assert publish_day(LATER, LATER) is not None
        assert _live(two_nights) == (LATER, 3, True, True)
        assert recording.poll() is None
    ended(recording)
    assert _live(two_nights) == (LATER, 3, False, True)
    assert refresh_live() is not None
    assert _live(two_nights) == (LATER, 4, True, True)


@pytest.mark.torture
@pytest.mark.usefixtures("small_project")
def test_what_is_recorded_while_a_newer_day_is_published_is_told_by_that_day(two_nights):
    """The older night finds nothing newer live, waits for the newer night to publish, and then leaves nothing out."""
    deliver_children(two_nights.drop, LATER, children=3)
    load(LATER)
    publish_day(LATER, LATER)
    expected_before = mart_hashes()
    newest = LATER + timedelta(days=1)
    deliver_children(two_nights.drop, newest, children=4)
    load(newest)
    with held(two_nights, "ops.publication"):
        newer = started(_publishing(newest))
        wait_for(two_nights, [newer])
        # the newer night has looked at what is known and is about to be live
        deliver_children(two_nights.drop, LATER, children=5)
        load_delivery("ssd", LATER)
        older = started(_publishing(LATER))
        wait_for(two_nights, [newer, older])
        assert mart_hashes() == expected_before
    ended(newer)
    ended(older)
    assert _live(two_nights) == (newest, 4, True, True)
