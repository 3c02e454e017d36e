"""Airflow's own backfill of the nightly DAG through the real scheduler gives the warehouse of the same nights in order.

Days without any export end as skipped, a day with only some fails and names what is missing; whichever way the days
are gone through, also three at once and interrupted in the middle of a task, the newest day is live at the end.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from include.commands import airflow_api, services
from include.settings import PROJECT
from include.warehouse import embedded, migrate, server
from tests import small_project as small
from tests.conftest import Warehouse, environment
from tests.deliveries import deliver_children
from tests.end_to_end.night import load, run_night
from tests.recorded_history import live_marts, recorded_history

pytestmark = pytest.mark.torture

SOURCES = ("cssu", "momo", "ssd")
SECONDS = 3600


@dataclass(frozen=True)
class Days:
    """The days gone through: those with every export, the one with only some; all others have none."""

    first: date
    last: date
    exported: tuple[date, ...]
    partial: date

    @property
    def all(self) -> list[date]:
        """Every day, oldest first."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def _days(count: int, exported: int) -> Days:
    last = date(2026, 3, 31)
    first = last - timedelta(days=count - 1)
    # the newest day has exports; the one with only some lies among the others
    step = (count - 1) / max(exported - 1, 1)
    found = sorted({last - timedelta(days=round(number * step)) for number in range(exported)})
    partial = next(day for day in (first + timedelta(days=n) for n in range(count)) if day not in found)
    return Days(first, last, tuple(found), partial)


def _deliver(drop: Path, days: Days) -> None:
    for children, day in enumerate(days.exported, 2):
        deliver_children(drop, day, children=children)
    deliver_children(drop, days.partial, children=2)
    shutil.rmtree(drop / "cssu" / days.partial.isoformat())


def _command(name: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", f"include.commands.{name}", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@contextmanager
def _building(folder: Path, *, small_project: bool) -> Iterator[None]:
    """Airflow's services, and this process, build the whole project, or the one without what counts."""
    if not small_project:
        yield
        return
    project, dags = small.make(folder), folder / "dags"
    dags.mkdir()
    small.write_dag(project, PROJECT / "dags" / "nightly.py", dags)
    bundle = {
        "name": "dags-folder",
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(dags)},
    }
    with (
        environment(AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST=json.dumps([bundle])),
        small.in_use(project),
    ):
        yield


@contextmanager
def _services(folder: Path) -> Iterator[Warehouse]:
    drop = folder / "drop"
    drop.mkdir(parents=True)
    with environment(
        PERMANENCE_LOCAL_FOLDER=str(folder),
        PERMANENCE_DROP_FOLDER=str(drop),
        PERMANENCE_ARCHIVE_FOLDER=str(folder / "archive"),
        PERMANENCE_WAREHOUSE_DATABASE="permanence",
        PERMANENCE_AIRFLOW_DATABASE="permanence_airflow",
    ):
        try:
            done = _command("services", "up")
            assert done.returncode == 0, done.stderr
            yield Warehouse("permanence", drop, folder / "archive")
        finally:
            _command("services", "down")
            embedded.remove(folder / "postgres")


def _metadata(query: str) -> list[tuple]:
    """What Airflow knows: `run` are the backfill's runs and the day of each, `task` their tasks that are no skipped."""
    known = (
        "with run as (select run_id, (data_interval_start at time zone 'Europe/London')::date as day, state::text, "
        "start_date, end_date from dag_run where dag_id = 'nightly' and run_type = 'backfill'), "
        "task as (select run.day, task.* from task_instance as task join run using (run_id) "
        "where task.dag_id = 'nightly' and task.state is distinct from 'skipped') "
    )
    address = server.airflow_url().replace("postgresql+psycopg2://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        return connection.execute(known + query).fetchall()


def _wait(until: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not until():
        assert time.monotonic() < deadline, f"after {SECONDS} s: {what}: {_metadata('select * from run order by day')}"
        time.sleep(0.5)


def _ended() -> int:
    return _metadata("select count(*) from run where state in ('success', 'failed')")[0][0]


def _in_the_middle(task: str) -> list[tuple]:
    """The runs whose task of that name has been running for two seconds."""
    return _metadata(
        f"select day from task where task_id = '{task}' and state = 'running' "
        "and start_date < now() - interval '2 seconds'"
    )


def _kill_everything() -> None:
    """Kill every service with all that it started, at once."""
    sessions = set(services.running().values())
    for process in map(int, filter(str.isdecimal, os.listdir("/proc"))):
        with suppress(OSError):
            if os.getsid(process) in sessions:
                os.kill(process, signal.SIGKILL)


def _interrupt(after: int) -> None:
    """Kill everything once so many runs have ended and one is building, and start it all again."""
    _wait(lambda: _ended() >= after and _in_the_middle("build"), "no run is building")
    _kill_everything()
    interrupted = _in_the_middle("build")
    assert interrupted
    done = _command("services", "up")
    assert done.returncode == 0, done.stderr
    days = ", ".join(f"'{day}'" for (day,) in interrupted)
    done_again = (
        f"select from task where task_id = 'build' and state = 'success' and try_number > 1 and day in ({days})"
    )
    _wait(lambda: len(_metadata(done_again)) == len(interrupted), "what was interrupted is not done again")


def _says_what_became_of_each_day(days: Days) -> None:
    states = dict(_metadata("select day, state from run"))
    assert states == {day: "failed" if day == days.partial else "success" for day in days.all}
    worked = dict(_metadata("select day, array_agg(task_id::text) from task where state = 'success' group by day"))
    assert set(worked) == set(days.exported)
    assert {len(tasks) for tasks in worked.values()} == {7}
    (run,) = _metadata(f"select run_id from run where day = '{days.partial}'")
    with airflow_api.signed_in() as client:
        why = airflow_api.reason(client, "nightly", *run, "wait_for_exports", 1)
    assert "cssu: no delivery at" in why
    # a day without exports is looked at once: a second look comes after a minute
    empty = [day.isoformat() for day in days.all if day not in {*days.exported, days.partial}]
    ((slowest,),) = _metadata(
        f"select max(extract(epoch from end_date - start_date)) from run where day = any('{{{','.join(empty)}}}')"
    )
    assert slowest < 60


def _at_once() -> int:
    """The most runs of which a task was at work at the same moment."""
    return _metadata(
        "select count(distinct other.day) from task join task as other "
        "on other.start_date <= task.start_date and task.start_date < other.end_date "
        "where task.task_id <> 'wait_for_exports' and other.task_id <> 'wait_for_exports' "
        "group by task.day, task.task_id order by 1 desc limit 1"
    )[0][0]


def _of_the_nights_in_order(made: Warehouse, days: Days) -> tuple:
    with environment(PERMANENCE_WAREHOUSE_DATABASE="in_order"):
        migrate.prepare()
        for day in days.exported[:-1]:
            load(day)
        run_night(days.last)
        return recorded_history(Warehouse("in_order", made.drop, made.archive)), live_marts()


@pytest.mark.parametrize(
    ("count", "exported", "options"),
    [
        pytest.param(4, 2, {}, id="four days"),
        pytest.param(60, 24, {}, id="in order"),
        pytest.param(60, 24, {"backwards": True}, id="backwards"),
        pytest.param(60, 24, {"at_once": 3}, id="three at once"),
        pytest.param(60, 24, {"at_once": 2, "interrupted": True}, id="interrupted half-way"),
    ],
)
def test_a_backfill_by_the_scheduler_gives_the_warehouse_of_the_nights_in_order(count, exported, options, tmp_path):
    """Four days with the whole project, sixty with the one without what counts."""
    days, at_once = _days(count, exported), options.get("at_once", 1)
    assert (len(days.all), len(days.exported)) == (count, exported)
    with _building(tmp_path, small_project=count > 4), _services(tmp_path / "local") as made:
        _deliver(made.drop, days)
        with airflow_api.signed_in() as client:
            assert airflow_api.dag_is_known(client, "nightly", 120)
        # from the first day that exports speak of to the morning after the last
        created = _command(
            *(
                "airflow_environment",
                "backfill",
                "create",
                "--dag-id",
                "nightly",
                "--from-date",
                days.first.isoformat(),
            ),
            *("--to-date", (days.last + timedelta(days=1)).isoformat(), "--max-active-runs", str(at_once)),
            *(["--run-backwards"] if options.get("backwards") else []),
        )
        assert created.returncode == 0, created.stderr[-2000:]
        if options.get("interrupted"):
            _interrupt(count // 2)
        _wait(lambda: _ended() == count, "not all runs have ended")

        _says_what_became_of_each_day(days)
        if at_once == 1:
            gone_through = [day for (day,) in _metadata("select day from run order by start_date")]
            assert gone_through == sorted(days.all, reverse=options.get("backwards", False))
        if not options.get("interrupted"):
            assert _at_once() == at_once
        assert made.rows("select source, batch_date from ops.batch where state = 'recorded' order by 2, 1") == [
            (source, day) for day in days.exported for source in SOURCES
        ]
        assert made.rows("select as_at, known_on from marts.publication") == [(days.last, days.last)]
        assert (recorded_history(made), live_marts()) == _of_the_nights_in_order(made, days)
