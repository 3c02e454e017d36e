"""The DAG `nightly`: its policy, its structure, and that Airflow runs it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

TASKS = ["wait_for_exports", "land", "gate_landing", "record", "build", "gate_publication", "publish"]


def test_seven_tasks_in_a_row(nightly):
    assert len(nightly.tasks) <= 10
    assert [task.task_id for task in nightly.topological_sort()] == TASKS
    for before, after in pairwise(TASKS):
        assert nightly.get_task(before).downstream_task_ids == {after}


def test_every_task_has_owner_retries_and_timeout(nightly):
    for task in nightly.tasks:
        assert task.owner == "data-engineering"
        assert timedelta() < task.execution_timeout <= timedelta(hours=1)
        if task.task_id == "wait_for_exports":
            # waiting is not retried: it has a deadline of its own
            assert task.retries == 0
            assert task.mode == "reschedule"
            assert task.timeout <= timedelta(hours=10).total_seconds()
        else:
            assert task.retries == 2
            assert task.retry_delay == timedelta(minutes=2)


def test_the_dag_has_tags_and_triage_notes_for_each_task(nightly):
    assert {"nightly", "permanence", "tier-1"} <= set(nightly.tags)
    for task in TASKS:
        assert f"| {task} |" in nightly.doc_md
    assert nightly.max_active_runs == 3
    assert nightly.catchup is False
    assert nightly.dagrun_timeout


def test_its_params_are_typed_and_described(nightly):
    for name in ("as_at", "known_on"):
        param = nightly.params.get_param(name)
        assert param.schema["format"] == "date"
        assert param.description


@pytest.mark.parametrize(
    ("after", "run_after", "starts"),
    [
        # 02:00 in London, the night of the clock change included: each day once
        (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 28, 2, tzinfo=UTC), "2026-03-27"),
        (datetime(2026, 3, 30, 12, tzinfo=UTC), datetime(2026, 3, 31, 1, tzinfo=UTC), "2026-03-30"),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 10, 26, 2, tzinfo=UTC), "2026-10-25"),
    ],
)
def test_it_runs_at_two_in_london_and_speaks_of_the_day_before(nightly, after, run_after, starts):
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction

    from include.run_date import run_date

    timetable = coerce_to_core_timetable(nightly.timetable)
    info = timetable.next_dagrun_info(
        last_automated_data_interval=None,
        restriction=TimeRestriction(earliest=after - timedelta(days=1), latest=None, catchup=True),
    )
    while info.run_after <= after:
        info = timetable.next_dagrun_info(
            last_automated_data_interval=info.data_interval,
            restriction=TimeRestriction(earliest=after - timedelta(days=1), latest=None, catchup=True),
        )
    assert info.run_after == run_after
    assert run_date({}, info.data_interval.start).isoformat() == starts


def test_reading_the_dag_twice_gives_the_same_dag(nightly):
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    from include.settings import PROJECT

    def serialized():
        bag = DagBag(str(PROJECT / "dags"))
        return DagSerialization.to_dict(bag.dags["nightly"])

    assert serialized() == serialized()
