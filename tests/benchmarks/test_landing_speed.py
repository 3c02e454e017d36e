"""Landing and recording, as ratios to psql's own \\copy and to a hash anti-join of the same size in the same run."""

import csv
import os
import subprocess
import time
from datetime import date, timedelta

import pytest

from include.feeds.batches import find_batches
from include.history import ledger
from include.history.record import record_batch
from include.landing.land import land_batch
from include.quality.landing_gate import gate_night
from include.warehouse import embedded
from include.warehouse.connection import Role, parameters
from tests.deliveries import deliver

RECORDS = 300_000
NIGHT = date(2026, 3, 30)

pytestmark = pytest.mark.bench


def _seconds(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _write(warehouse, night, changed):
    folder = deliver(warehouse.drop, "cssu", night, manifest=False)
    path = folder / "escalations.csv"
    with path.open(newline="") as handle:
        header = next(csv.reader(handle))
    with path.open("w", newline="") as handle:
        handle.write(",".join(header) + "\n")
        for number in range(RECORDS):
            closed = "2026-02-01" if number % 100 < changed else ""
            handle.write(f"X{number},P{number},W{number % 50},2026-01-05,Y,DRIFT_AND_DELAY,,{closed},\n")
    return path


def _psql_copy(warehouse, path) -> float:
    known = parameters(Role.LOADER)
    environment = os.environ | {
        "PGHOST": known["host"],
        "PGPORT": known["port"],
        "PGUSER": known["user"],
        "PGPASSWORD": known["password"],
        "PGDATABASE": known["dbname"],
    }
    columns = ", ".join(f"c{number} text" for number in range(9))
    script = f"set role {Role.LOADER};\ncreate unlogged table landing.limit_of_speed ({columns});\n"
    script += f"\\copy landing.limit_of_speed from '{path}' with (format csv, header true)\n"
    psql = [str(embedded.binaries() / "psql"), "-qX", "-v", "ON_ERROR_STOP=1"]
    seconds = _seconds(lambda: subprocess.run(psql, input=script, env=environment, text=True, check=True))
    with warehouse.connect() as connection:
        connection.execute("drop table landing.limit_of_speed")
    return seconds


def test_speed_of_landing_and_recording(empty_warehouse, capsys):
    told = []
    for nights, changed in ((0, 0), (1, 1), (2, 1)):
        night = NIGHT + timedelta(days=nights)
        path = _write(empty_warehouse, night, changed)
        limit = _psql_copy(empty_warehouse, path)
        (batch,) = find_batches(empty_warehouse.drop, "cssu", night)
        landing = _seconds(lambda batch=batch: land_batch(batch))
        gating = _seconds(lambda night=night: gate_night(night))
        with empty_warehouse.connect(Role.LOADER) as connection:
            (entry,) = ledger.pending(connection, night, ("passed",))
        view = f"landing.cssu_escalations_{entry.batch_id}_typed"
        anti_join = _seconds(
            lambda view=view: empty_warehouse.value(
                f"select count(*) from {view} as v where not exists (select from raw.cssu_escalations as r "
                "where r._record_key = v._record_key and r._version = v._version)"
            )
        )
        recording = _seconds(lambda entry=entry: record_batch(entry))
        told.append(
            f"night {nights + 1}, {changed} % changed, {RECORDS} records: psql \\copy {limit:.2f} s; "
            f"landing {landing:.2f} s = {landing / limit:.1f} x; gate 1 {gating:.2f} s; "
            f"anti-join {anti_join:.2f} s; recording {recording:.2f} s = {recording / anti_join:.1f} x"
        )
    with capsys.disabled():
        print("\n" + "\n".join(told))
    assert len(told) == 3
