"""Tasks in processes of their own, brought to their worst moment: the last one before their work is committed.

A test holds a lock on the table that a task writes last, waits until the task waits for it, and lets happen what must
do no harm.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from include.settings import PROJECT
from tests import small_project
from tests.conftest import Warehouse

WRITES_LAST = {
    "land": "ops.batch",
    "gate_landing": "ops.batch",
    "record": "ops.batch",
    "build": "ops.build_node",
    "gate_publication": "quality.result",
    "publish": "ops.publication",
}

_WAITING = (
    "select count(*) from pg_stat_activity where datname = current_database() "
    "and application_name like 'permanence%' and wait_event_type = 'Lock'"
)


def started(code: str) -> subprocess.Popen:
    """Python in a process of its own, with this test's settings and dbt project."""
    return subprocess.Popen(
        [sys.executable, "-c", small_project.as_here(code)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen) -> str:
    """What a process that ended well has logged. An assertion fails when it didn't."""
    _, log = process.communicate(timeout=300)
    assert process.returncode == 0, log[-3000:]
    return log


@contextmanager
def held(warehouse: Warehouse, table: str) -> Iterator[None]:
    """Keep a table from being written for as long as the block lasts."""
    with warehouse.connect() as holder:
        holder.autocommit = False
        holder.execute(f"lock table {table} in share mode")
        yield


def wait_for(warehouse: Warehouse, processes: list[subprocess.Popen]) -> None:
    """Wait until each of the processes waits for a lock."""
    give_up = time.monotonic() + 120
    while warehouse.value(_WAITING) < len(processes):
        for process in processes:
            assert process.poll() is None, process.stderr.read()[-3000:]
        assert time.monotonic() < give_up, "they never came to where they wait"
        time.sleep(0.1)
