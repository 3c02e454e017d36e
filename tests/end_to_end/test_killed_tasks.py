"""kill -9 in each step of a night, at several moments, then a retry: the same final marts."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from include.publish.report import mart_hashes
from include.settings import PROJECT
from tests.conftest import _made
from tests.end_to_end.night import STEPS, run_night, step_code

MOMENTS = (0.35, 0.8)


def _start(step, night):
    return subprocess.Popen(
        [sys.executable, "-c", step_code(step, night)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def expected(sample_warehouse, nights):
    """Hashes of the marts and seconds of each step when nobody kills anything, in a warehouse of its own."""
    run_night(nights[1])
    return mart_hashes()


def test_a_killed_task_can_be_run_again(expected, sample_exports, template, tmp_path, nights):
    killed = {}
    other = tmp_path / "other"
    other.mkdir()
    with _made(template, other) as warehouse:
        shutil.copytree(sample_exports, warehouse.drop, dirs_exist_ok=True)
        for step in STEPS:
            # how long the step takes is known only from running it: kill ever later until it ends by itself
            wait = 0.0
            for moment in MOMENTS:
                process = _start(step, nights[1])
                began = time.monotonic()
                wait = max(wait * 2, 1.5 + 3 * moment)
                while process.poll() is None and time.monotonic() - began < wait:
                    time.sleep(0.02)
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGKILL)
                    killed[step] = killed.get(step, 0) + 1
                process.wait()
            retried = _start(step, nights[1])
            _, errors = retried.communicate(timeout=300)
            assert retried.returncode == 0, errors.decode()[-2000:]
        assert mart_hashes() == expected
        assert warehouse.value("select count(*) from ops.publication") == 1
        assert (
            warehouse.rows(
                "select 1 from (select source, slice, batch_date from ops.batch where state = 'recorded' "
                "group by 1, 2, 3 having count(*) > 1) as twice"
            )
            == []
        )
    assert set(killed) == set(STEPS), f"some step ended before it could be killed: {killed}"
