"""kill -9 of the process of each task of a night, at its worst moment, then a retry: the same final marts.

The worst moment is the last one before a task's work is committed. The test holds a lock on the table that the task
writes last, waits until the task waits for it, and kills.
"""

import os
import shutil
import signal
import subprocess
import sys
import time

from include.publish.report import mart_hashes
from include.settings import PROJECT
from tests.conftest import Warehouse, warehouse_of
from tests.end_to_end.night import STEPS, run_night, step_code

WRITES_LAST = {
    "land": "ops.batch",
    "gate_landing": "ops.batch",
    "record": "ops.batch",
    "build": "ops.build_node",
    "gate_publication": "quality.result",
    "publish": "ops.publication",
}


def _start(step, night):
    return subprocess.Popen(
        [sys.executable, "-c", step_code(step, night)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def _wait_until_it_waits(warehouse: Warehouse, process) -> None:
    waiting = (
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and application_name like 'permanence%' and wait_event_type = 'Lock'"
    )
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:
        assert process.poll() is None, process.stderr.read().decode()[-2000:]
        if warehouse.value(waiting) > 0:
            return
        time.sleep(0.1)
    raise AssertionError("the task never came to the table it writes last")


def _kill_at_its_worst_moment(warehouse: Warehouse, step, night) -> None:
    with warehouse.connect() as holder:
        holder.autocommit = False
        holder.execute(f"lock table {WRITES_LAST[step]} in share mode")
        process = _start(step, night)
        _wait_until_it_waits(warehouse, process)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        holder.rollback()


def test_a_killed_task_can_be_run_again(sample_warehouse, sample_exports, template, tmp_path, nights):
    run_night(nights[1])
    expected = mart_hashes()

    other = tmp_path / "other"
    other.mkdir()
    with warehouse_of(template, other) as warehouse:
        shutil.copytree(sample_exports, warehouse.drop, dirs_exist_ok=True)
        for step in STEPS:
            _kill_at_its_worst_moment(warehouse, step, nights[1])
            retried = _start(step, nights[1])
            _, errors = retried.communicate(timeout=300)
            assert retried.returncode == 0, errors.decode()[-2000:]
        assert mart_hashes() == expected
        assert warehouse.value("select count(*) from ops.publication") == 1
        twice = (
            "select source from ops.batch where state = 'recorded' "
            "group by source, slice, batch_date having count(*) > 1"
        )
        assert warehouse.rows(twice) == []
