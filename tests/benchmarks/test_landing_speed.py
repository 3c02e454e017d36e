"""Landing, as a ratio to psql's own \\copy of the same file in the same run; and the seconds of gate 1."""

import csv
import subprocess
from datetime import date, timedelta

import pytest

from include.commands.sql import psql_environment
from include.history.record import record_batch
from include.warehouse.connection import Role, parameters
from tests.benchmarks.measuring import deliver_escalations, land_and_gate, psql, seconds

RECORDS = 300_000
NIGHT = date(2026, 3, 30)

pytestmark = pytest.mark.bench


def _psql_copy(warehouse, path) -> float:
    environment = psql_environment(parameters(Role.LOADER))
    with path.open(newline="") as handle:
        header = next(csv.reader(handle))
    columns = ", ".join(f"{name} text" for name in header)
    script = f"create unlogged table landing.limit_of_speed ({columns});\n"
    script += f"\\copy landing.limit_of_speed from '{path}' with (format csv, header true)\n"
    copying = seconds(lambda: subprocess.run(psql(), input=script, env=environment, text=True, check=True))
    with warehouse.connect() as connection:
        connection.execute("drop table landing.limit_of_speed")
    return copying


def test_speed_of_landing(empty_warehouse, capsys):
    for number, closed in enumerate(("", "2026-02-01", "2026-02-01")):
        night = NIGHT + timedelta(days=number)
        path = deliver_escalations(
            empty_warehouse, night, RECORDS, lambda record, closed=closed: "" if record % 100 else closed
        )
        limit = _psql_copy(empty_warehouse, path)
        entry, landing, gating = land_and_gate(empty_warehouse, night)
        assert entry.record_count == RECORDS
        record_batch(entry)
        with capsys.disabled():
            print(
                f"\nnight {number + 1}, {RECORDS} records: psql \\copy {limit:.2f} s; "
                f"landing {landing:.2f} s = {landing / limit:.1f} x; gate 1 {gating:.2f} s",
                end="",
            )
