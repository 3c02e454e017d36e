"""The DAG `backfill`: its policy, its Params, and that Airflow runs it."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tests import small_project as small
from tests.deliveries import deliver_children
from tests.end_to_end.test_backfill import FIRST, LAST, NIGHTS

TASKS = ["list_deliveries", "load", "publish"]


@pytest.fixture(scope="module")
def backfill(dags):
    """The DAG `backfill`."""
    return dags["backfill"]


def test_three_tasks_in_a_row_with_owner_retries_and_timeout(backfill):
    assert [task.task_id for task in backfill.topological_sort()] == TASKS
    for before, after in pairwise(TASKS):
        assert backfill.get_task(before).downstream_task_ids == {after}
    for task in backfill.tasks:
        assert (task.owner, task.retries) == ("data-engineering", 2)
        assert timedelta() < task.execution_timeout < backfill.dagrun_timeout
        assert f"| {task.task_id} |" in backfill.doc_md


def test_params_are_typed_and_described_and_nothing_is_loaded_unless_asked(backfill):
    assert set(backfill.params) == {"from", "to", "sources", "dry_run", "mode", "bad"}
    for name in backfill.params:
        assert backfill.params.get_param(name).description
    assert backfill.params["dry_run"] is True
    assert (backfill.params["mode"], backfill.params["bad"], backfill.params["sources"]) == ("reproduce", "stop", [])


def _states(backfill, **conf) -> dict:
    run = backfill.test(run_conf={"from": FIRST.isoformat(), "to": LAST.isoformat(), **conf})
    return {task.task_id: task.state for task in run.get_task_instances()}


def test_airflow_runs_it_dry_and_then_for_good(backfill, small_project_folder, empty_warehouse):
    for children, night in enumerate(NIGHTS, 2):
        deliver_children(empty_warehouse.drop, night, children=children)
    assert _states(backfill) == {"list_deliveries": "success", "load": "skipped", "publish": "skipped"}
    assert empty_warehouse.value("select count(*) from ops.batch") == 0
    with small.in_use(small_project_folder):
        assert set(_states(backfill, dry_run=False).values()) == {"success"}
    assert empty_warehouse.value("select count(*) from ops.batch_standing") == 12
    assert empty_warehouse.value("select as_at from marts.publication") == LAST
