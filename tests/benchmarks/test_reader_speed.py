"""Point look-ups of BI at SIZE 1.0, in milliseconds: 20 readers while nothing else goes on, and while a night is built,
gated and published.

pgbench begins look-ups at random moments, so many a second in all, whether or not those before them have ended. What
a look-up takes is counted from the moment it was due: waiting for a reader that is still busy is part of it.
"""

import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import psycopg
import pytest

from include.commands.sql import psql_environment
from include.sample.exports import DEFAULT_NIGHTS, write_exports
from include.warehouse import embedded
from include.warehouse.connection import Role, parameters
from tests.benchmarks.measuring import seconds
from tests.end_to_end.night import load, run_night, step_code
from tests.end_to_end.worst_moment import ended, started

EARLIER, NIGHT = DEFAULT_NIGHTS
STEPS = ("build", "gate_publication", "publish")
SIZE = 1.0
READERS = 20
LOOKUPS_A_SECOND = 100
QUIET_SECONDS = 60
MOST = 50.0  # milliseconds, of the 95th percentile
AT_MOST_CHOSEN = 200  # ids of a kind: a statement has all of them in its text
# what is looked up, where its ids are found, and the statements that look one of them up
KINDS = {
    "one reviewing officer's tracker": (
        "select distinct iro_id from marts.permanence_tracker where iro_id is not null order by iro_id",
        ["select * from marts.permanence_tracker where iro_id = {id}"],
    ),
    "one child's history": (
        "select distinct child_ref from marts.fct_child_position order by child_ref",
        [
            "select * from marts.fct_child_position where child_ref = {id}",
            "select * from marts.fct_cic_review where child_ref = {id}",
            "select * from marts.fct_permanence_plan where child_ref = {id}",
            "select * from marts.fct_placement where child_ref = {id}",
            "select * from marts.fct_escalation where child_ref = {id}",
        ],
    ),
    "one measure's series": (
        "select distinct measure_id from marts.figures where breakdown = 'total' order by measure_id",
        ["select * from marts.figures where measure_id = {id} and breakdown = 'total'"],
    ),
}

pytestmark = pytest.mark.bench


def _write_script(connection: psycopg.Connection, ids: str, lookups: list[str], script: Path) -> float:
    """Write a script of pgbench that looks up one of several real ids; returns the rows that it finds on average.

    A variable of pgbench is a number: which of the ids. PostgreSQL takes the id out of the list while it plans, so that
    a statement is planned as with the id in it.
    """
    every = [value for (value,) in connection.execute(ids)]
    chosen = random.Random(391).sample(every, min(len(every), AT_MOST_CHOSEN))
    (listed,) = connection.execute("select quote_literal(%s::text[]::text)", (chosen,)).fetchone()
    lines = [f"\\set number random(1, {len(chosen)})"]
    lines += [lookup.format(id=f"({listed}::text[])[:number]") + ";" for lookup in lookups]
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [connection.execute(lookup.format(id="%s"), (value,)).rowcount for lookup in lookups for value in chosen]
    assert any(found), lookups
    return sum(found) / len(chosen)


@contextmanager
def _reading(scripts: list[Path], log: Path) -> Iterator[None]:
    """Have the readers look things up for as long as the block lasts, each look-up logged in the folder `log`."""
    log.mkdir()
    command = [embedded.binaries() / "pgbench", "--no-vacuum", f"--client={READERS}", f"--rate={LOOKUPS_A_SECOND}"]
    command += ["--time=86400", "--log", f"--log-prefix={log / 'look_ups'}", "--random-seed=391"]
    command += [f"--file={script}" for script in scripts]
    with subprocess.Popen(
        [str(part) for part in command],
        env=psql_environment(parameters(Role.READER)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield
        finally:
            # its own alarm, come early: it ends what is under way and closes its log
            process.send_signal(signal.SIGALRM)
            _, said = process.communicate(timeout=60)
    # not 0 where a statement failed, however many others did not
    assert process.returncode == 0, said[-3000:]


def _took(log: Path) -> list[list[float]]:
    """Milliseconds of the look-ups of each kind.

    A line of pgbench's log: reader, how many before, microseconds since it was due, script, when it ended (seconds and
    microseconds), how many microseconds after it was due it began.
    """
    took = [[] for _ in KINDS]
    (file,) = log.iterdir()
    for line in file.read_text(encoding="utf-8").splitlines():
        _, _, microseconds, script, *_ = line.split()
        took[int(script)].append(int(microseconds) / 1000)  # the word "failed" is not a number
    return took


def _percentiles(took: list[float]) -> tuple[float, float, float]:
    """Median, 95th and 99th percentile."""
    hundredths = quantiles(took, n=100)
    return hundredths[49], hundredths[94], hundredths[98]


def test_speed_of_reading_while_a_night_is_built(empty_warehouse, tmp_path, capsys):
    write_exports(empty_warehouse.drop, DEFAULT_NIGHTS, size=SIZE)
    run_night(EARLIER)
    load(NIGHT)
    scripts = [tmp_path / f"look_up_{number}.sql" for number in range(len(KINDS))]
    with empty_warehouse.connect(Role.READER) as connection:
        rows = [_write_script(connection, *kind, script) for kind, script in zip(KINDS.values(), scripts, strict=True)]

    with _reading(scripts, tmp_path / "quiet"):
        time.sleep(QUIET_SECONDS)
    with _reading(scripts, tmp_path / "busy"):
        steps = {step: seconds(lambda step=step: ended(started(step_code(step, NIGHT)))) for step in STEPS}

    live = "select as_at from ops.publication order by publication_id desc limit 1"
    assert empty_warehouse.value(live) == NIGHT
    quiet, busy = _took(tmp_path / "quiet"), _took(tmp_path / "busy")
    slowest = {}
    with capsys.disabled():
        print(
            f"\n{READERS} readers at SIZE {SIZE:g}, {LOOKUPS_A_SECOND} look-ups a second in all; "
            + ", ".join(f"{step} {took:.0f} s" for step, took in steps.items())
            + f"\n{'milliseconds: median / 95 % / 99 % / longest':46}{'rows':>5}{'nothing else going on':>34}"
            + f"{'while a night is built':>34}{'95 %, ratio':>13}"
        )
        for number, kind in enumerate(KINDS):
            before, during = _percentiles(quiet[number]), _percentiles(busy[number])
            slowest[kind] = during[1]
            cells = (
                f"{' / '.join(f'{value:.1f}' for value in (*percentiles, max(took)))} of {len(took)}"
                for percentiles, took in ((before, quiet[number]), (during, busy[number]))
            )
            print(f"{kind:46}{rows[number]:5.0f}" + "".join(f"{cell:>34}" for cell in cells), end="")
            print(f"{during[1] / before[1]:12.1f}x")
    # they were read all the time, not just until something stopped them
    assert sum(map(len, busy)) >= 0.9 * LOOKUPS_A_SECOND * sum(steps.values())
    assert max(slowest.values()) <= MOST, slowest
