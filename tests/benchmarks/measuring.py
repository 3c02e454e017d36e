"""What the benchmarks share: deliveries of any size, written fast, and the seconds that a piece of work takes."""

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from include.feeds.batches import find_batches
from include.history import ledger
from include.landing.land import land_batch
from include.quality.landing_gate import gate_night
from include.warehouse import embedded
from include.warehouse.connection import Role
from tests.conftest import Warehouse
from tests.deliveries import deliver


def seconds(work: Callable[[], object]) -> float:
    """Seconds that one call of `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def psql(*arguments: str) -> list[str]:
    """A command line of psql that says nothing and ends at the first error."""
    return [str(embedded.binaries() / "psql"), "-qX", "-v", "ON_ERROR_STOP=1", *arguments]


def quickest(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the quickest of several calls: the others were disturbed."""
    return min(seconds(work) for _ in range(times))


def deliver_escalations(warehouse: Warehouse, night: date, records: int, closed: Callable[[int], str]) -> Path:
    """Deliver a register of so many escalations, `closed` saying the closing day of each; returns its file.

    Its manifest vouches for the date, so that a night on which nothing has changed is not taken for a stale copy.
    """
    folder = deliver(warehouse.drop, "cssu", night)
    path = folder / "escalations.csv"
    with path.open(newline="") as handle:
        header = handle.readline()
    with path.open("w", newline="") as handle:
        handle.write(header)
        handle.writelines(
            f"X{number},P{number},W{number % 50},2026-01-05,Y,DRIFT_AND_DELAY,,{closed(number)},\n"
            for number in range(records)
        )
    manifest = folder / "manifest.json"
    about = json.loads(manifest.read_text(encoding="utf-8"))
    others = [file for file in about["files"] if file["file"] != path.name]
    about["files"] = [*others, {"file": path.name, "rows": records}]
    manifest.write_text(json.dumps(about), encoding="utf-8")
    return path


def land_and_gate(warehouse: Warehouse, night: date) -> tuple[ledger.Entry, float, float]:
    """Land the night's delivery and have gate 1 pass it; returns its ledger entry and the seconds each took."""
    (batch,) = find_batches(warehouse.drop, "cssu", night, warehouse.drop)
    landing = seconds(lambda: land_batch(batch))
    gating = seconds(lambda: gate_night(night))
    with warehouse.connect(Role.LOADER) as connection:
        (entry,) = ledger.pending(connection, night, ("passed",))
    return entry, landing, gating
