"""Each task of a night killed, and PostgreSQL stopped at once beneath it, then run again: the same final marts."""

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from include.publish.report import mart_hashes
from include.settings import settings
from include.warehouse import embedded
from tests.conftest import Warehouse, warehouse_of
from tests.end_to_end.night import STEPS, run_night, step_code
from tests.end_to_end.worst_moment import WRITES_LAST, ended, held, started, wait_for

pytestmark = pytest.mark.usefixtures("small_project")


def _server() -> Path:
    """Folder of the tests' server. One that is not ours can't be stopped: then the test is skipped."""
    if settings().database_url is not None:
        pytest.skip("stops the server: needs the embedded one")
    return settings().local_folder / "postgres"


def _kill_at_its_worst_moment(warehouse: Warehouse, step, night) -> None:
    with held(warehouse, WRITES_LAST[step]):
        process = started(step_code(step, night))
        wait_for(warehouse, [process])
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def _stop_at_its_worst_moment(warehouse: Warehouse, step, night) -> None:
    # the server goes, and with it the connection that holds the lock
    with suppress(psycopg.OperationalError), held(warehouse, WRITES_LAST[step]):
        process = started(step_code(step, night))
        wait_for(warehouse, [process])
        embedded.stop(_server(), "immediate")
        _, log = process.communicate(timeout=60)
        assert process.returncode != 0
        assert "PostgreSQL said" in log.splitlines()[-1], log[-2000:]
    embedded.ensure_running(_server())


def _one_of_each(warehouse: Warehouse) -> None:
    """Nothing was recorded twice, and each of the two nights was published once."""
    assert warehouse.value("select count(*) from ops.publication") == 2
    twice = (
        "select source from ops.batch where state = 'recorded' group by source, slice, batch_date having count(*) > 1"
    )
    assert warehouse.rows(twice) == []


@pytest.mark.parametrize(
    "interrupted",
    [
        # what history and readers stand on
        pytest.param(("record", "publish"), id="record-and-publish", marks=pytest.mark.torture),
        pytest.param(tuple(STEPS), id="each-step", marks=pytest.mark.torture),
    ],
)
def test_an_interrupted_task_can_be_run_again(
    published_nights, sample_exports, template, tmp_path, nights, interrupted
):
    expected = mart_hashes()
    other = tmp_path / "other"
    other.mkdir()
    with warehouse_of(template, other) as warehouse:
        shutil.copytree(sample_exports, warehouse.drop, dirs_exist_ok=True)
        run_night(nights[0])
        for step in STEPS:
            if step in interrupted:
                _kill_at_its_worst_moment(warehouse, step, nights[1])
                _stop_at_its_worst_moment(warehouse, step, nights[1])
            ended(started(step_code(step, nights[1])))
        assert mart_hashes() == expected
        _one_of_each(warehouse)


@pytest.mark.torture
@pytest.mark.parametrize("round_", range(10))
def test_a_night_interrupted_at_any_moment_goes_on(
    published_nights, sample_exports, template, tmp_path, nights, round_
):
    """Killed or stopped three times, whenever that may be; the fourth time it is left alone."""
    expected = mart_hashes()
    chance = random.Random(round_)
    night = "; ".join(step_code(step, nights[1]) for step in STEPS)
    other = tmp_path / "other"
    other.mkdir()
    with warehouse_of(template, other) as warehouse:
        shutil.copytree(sample_exports, warehouse.drop, dirs_exist_ok=True)
        run_night(nights[0])
        for _ in range(3):
            process = started(night)
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(2, 25))
            if chance.random() < 0.5:
                process.kill()
            else:
                embedded.stop(_server(), "immediate")
                time.sleep(chance.random())
                embedded.ensure_running(_server())
            process.communicate()
        ended(started(night))
        assert mart_hashes() == expected
        _one_of_each(warehouse)
