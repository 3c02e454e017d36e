"""Airflow's own backfill of the nightly DAG through the real scheduler gives the warehouse of the same nights in order.

Days without any export end as skipped, a day with only some fails and names what is missing; whichever way the days
are gone through, also three at once and interrupted half-way, the newest day is live at the end.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from include.commands import airflow_api, services
from include.commands.airflow_environment import airflow_environment
from include.publish.report import mart_hashes
from include.settings import PROJECT
from include.warehouse import embedded, migrate
from tests.conftest import Warehouse, environment
from tests.deliveries import deliver_children
from tests.end_to_end.night import load, run_night

pytestmark = pytest.mark.torture

# marts that tell of earlier publications: the days are published in another order
MOVEMENT = {"permanence_movement", "permanence_movement_span"}
HISTORY = (
    'select md5(string_agg(t, chr(10) order by t collate "C")) from ('
    "select r::text as t from raw.ssd_person as r union all select r::text from raw.ssd_cla_episodes as r "
    "union all select row(source, slice, batch_date, content_sha256)::text from ops.batch_standing) as said"
)


@dataclass(frozen=True)
class Days:
    """The days gone through: those with every export, the one with only some; all others have none."""

    first: date
    last: date
    exported: tuple[date, ...]
    partial: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


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
    for path in (drop / "cssu" / days.partial.isoformat()).iterdir():
        path.unlink()
    (drop / "cssu" / days.partial.isoformat()).rmdir()


def _command(name: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", f"include.commands.{name}", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def _ended(client: httpx.Client, count: int, seconds: float, until: int | None = None) -> Counter:
    """States of the runs once all (or `until`) of them have ended. Raises AssertionError when that takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        answer = client.get("/api/v2/dags/nightly/dagRuns", params={"limit": 500})
        answer.raise_for_status()
        states = Counter(run["state"] for run in answer.json()["dag_runs"] if run["run_type"] == "backfill")
        ended = states["success"] + states["failed"]
        if ended >= (count if until is None else until):
            return states
        assert time.monotonic() < deadline, f"after {seconds} s: {dict(states)}"
        time.sleep(1)


@contextmanager
def _services(folder: Path) -> Iterator[Warehouse]:
    drop = folder / "drop"
    drop.mkdir(parents=True)
    with environment(
        PERMANENCE_LOCAL_FOLDER=str(folder),
        PERMANENCE_DROP_FOLDER=str(drop),
        PERMANENCE_ARCHIVE_FOLDER=str(folder / "archive"),
        PERMANENCE_WAREHOUSE_DATABASE="permanence",
    ):
        try:
            done = _command("services", "up")
            assert done.returncode == 0, done.stderr
            yield Warehouse("permanence", drop, folder / "archive")
        finally:
            _command("services", "down")
            embedded.remove(folder / "postgres")


def _interrupt() -> None:
    """Kill every service with all that it started, and start them again."""
    for session in services.running().values():
        os.killpg(session, signal.SIGKILL)
    time.sleep(2)
    done = _command("services", "up")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("count", "exported", "options", "interrupted"),
    [
        pytest.param(4, 2, ("--max-active-runs", "1"), False, id="four days"),
        pytest.param(60, 24, ("--max-active-runs", "1"), False, id="in order"),
        pytest.param(60, 24, ("--max-active-runs", "1", "--run-backwards"), False, id="backwards"),
        pytest.param(60, 24, ("--max-active-runs", "3"), False, id="three at once"),
        pytest.param(60, 24, ("--max-active-runs", "2"), True, id="interrupted half-way"),
    ],
)
def test_a_backfill_by_the_scheduler_gives_the_warehouse_of_the_nights_in_order(
    count, exported, options, interrupted, tmp_path
):
    days = _days(count, exported)
    assert len(days.exported) == exported
    with _services(tmp_path / "local") as made:
        _deliver(made.drop, days)
        # from the first day that exports speak of to the morning after the last
        until = days.last + timedelta(days=1)
        range_ = ("--from-date", days.first.isoformat(), "--to-date", until.isoformat())
        created = subprocess.run(
            [Path(sys.executable).parent / "airflow", "backfill", "create", "--dag-id", "nightly", *range_, *options],
            env=os.environ | airflow_environment(),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert created.returncode == 0, created.stderr[-2000:]
        with airflow_api.signed_in() as client:
            if interrupted:
                _ended(client, count, 3600, until=count // 2)
        if interrupted:
            _interrupt()
        with airflow_api.signed_in() as client:
            states = _ended(client, count, 5400)
            runs = client.get("/api/v2/dags/nightly/dagRuns", params={"limit": 500}).json()["dag_runs"]
            by_day = {run["data_interval_start"][:10]: run for run in runs if run["run_type"] == "backfill"}
            assert states["failed"] == 1
            failed = by_day[days.partial.isoformat()]
            assert failed["state"] == "failed"
            why = airflow_api.reason(client, "nightly", failed["dag_run_id"], "wait_for_exports", 1)
            assert "cssu: no delivery at" in why
            empty = [day for day in by_day if date.fromisoformat(day) not in {*days.exported, days.partial}]
            assert len(empty) == count - exported - 1
            for day in empty[:3]:
                tasks = airflow_api.task_states(client, "nightly", by_day[day]["dag_run_id"])
                assert {state for state, _ in tasks.values()} == {"skipped"}
        assert made.rows("select as_at, known_on from marts.publication") == [(days.last, days.last)]
        found = made.value(HISTORY), {k: v for k, v in mart_hashes().items() if k not in MOVEMENT}
        with environment(PERMANENCE_WAREHOUSE_DATABASE="in_order"):
            reference = Warehouse("in_order", made.drop, made.archive)
            migrate.prepare()
            for day in days.exported[:-1]:
                load(day)
            run_night(days.last)
            expected = reference.value(HISTORY), {k: v for k, v in mart_hashes().items() if k not in MOVEMENT}
        assert found == expected
