"""Ten years of month ends, backfilled and published; and the disk that a year of nights takes in history."""

import subprocess
import threading
import time
from collections import defaultdict
from datetime import date, timedelta

import psutil
import pytest

from include import backfill, night
from include.commands.sql import psql_environment
from include.contract.model import sources
from include.history.record import record_night
from include.landing import land
from include.landing.land import land_night
from include.quality.landing_gate import gate_night
from include.sample.exports import write_exports
from include.warehouse.connection import Role, parameters
from tests.benchmarks.measuring import psql, seconds

LAST, MONTHS = date(2027, 3, 31), 120
NIGHTS = 365

pytestmark = pytest.mark.bench


def _month_ends(count: int) -> list[date]:
    days, day = [], LAST
    for _ in range(count):
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return sorted(days)


class _Memory(threading.Thread):
    """Looks four times a second at what this process and those it started hold, PostgreSQL's apart."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak, self.watching = 0, True

    def run(self):
        while self.watching:
            held = 0
            for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
                try:
                    if "postgres" not in process.name():
                        held += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, held)
            time.sleep(0.25)


def _copy_alone(warehouse, day: date) -> float:
    """Seconds in which psql's \\copy takes the files of one day's deliveries into tables of text."""
    script = ""
    for name in ("ssd", "cssu", "momo"):
        for path in sorted((warehouse.drop / name / day.isoformat()).glob("*.csv")):
            with path.open(encoding="utf-8-sig") as handle:
                columns = ", ".join(f"{column.strip().strip(chr(34))} text" for column in handle.readline().split(","))
            script += f"create unlogged table landing.alone_{path.stem} ({columns});\n"
            script += f"\\copy landing.alone_{path.stem} from '{path}' with (format csv, header true)\n"
            script += f"drop table landing.alone_{path.stem};\n"
    environment = psql_environment(parameters(Role.LOADER))
    return seconds(lambda: subprocess.run(psql(), input=script, env=environment, text=True, check=True))


def test_speed_of_ten_years_of_month_ends(empty_warehouse, capsys, monkeypatch):
    days = _month_ends(MONTHS)
    # the sample authority begins in 2017: its tenth year ends after today
    monkeypatch.setattr(land, "today", lambda: LAST + timedelta(days=1))
    write_exports(empty_warehouse.drop, days, size=1.0)
    steps, of_day, began = defaultdict(float), defaultdict(float), {}
    for name in ("land_batch", "gate_batches", "record_batches"):
        step = getattr(night, name)

        def timed(*arguments, step=step, name=name, **others):
            began[name] = time.perf_counter()
            try:
                return step(*arguments, **others)
            finally:
                steps[name] += time.perf_counter() - began[name]

        monkeypatch.setattr(night, name, timed)
    found = backfill.deliveries_between(days[0], days[-1])
    memory = _Memory()
    memory.start()
    load = backfill._load

    def loaded(delivery, **others):
        start = time.perf_counter()
        lines = load(delivery, **others)
        of_day[delivery.batch_date] += time.perf_counter() - start
        return lines

    monkeypatch.setattr(backfill, "_load", loaded)
    loading = seconds(lambda: backfill.load_range(found, lambda line: None))
    publishing = seconds(lambda: backfill.publish_range(days[0], days[-1]))
    memory.watching = False
    copying = sum(_copy_alone(empty_warehouse, day) for day in days[:: MONTHS // 10]) * MONTHS / 10
    first, last = (sum(of_day[day] for day in some) for some in (days[1:11], days[-10:]))
    records = empty_warehouse.value("select sum(record_count) from ops.batch_standing")
    per_record = [
        seconds_
        / empty_warehouse.value(
            "select sum(record_count)::float8 from ops.batch_standing where batch_date = any(%s)", (some,)
        )
        for seconds_, some in ((first, days[1:11]), (last, days[-10:]))
    ]
    with capsys.disabled():
        print(
            f"\n{len(found)} deliveries, {records} records: loaded in {loading:.0f} s (landing "
            f"{steps['land_batch']:.0f}, gate 1 {steps['gate_batches']:.0f}, recording "
            f"{steps['record_batches']:.0f}), built and published in {publishing:.0f} s; psql \\copy alone "
            f"{copying:.0f} s (of every tenth). Last ten nights against the first: {last / first:.2f} x, a record "
            f"{per_record[1] / per_record[0]:.2f} x. Memory without PostgreSQL {memory.peak / (1 << 20):.0f} MB",
            end="",
        )
    assert memory.peak < 1 << 30


def test_disk_of_a_year_of_nights(empty_warehouse, capsys, monkeypatch):
    """History of 365 nights of SIZE 1.0 against that of one: each night's exports go once they are recorded."""
    raw = " + ".join(
        f"pg_total_relation_size('raw.{table.raw_name}')" for source in sources().values() for table in source.tables
    )
    monkeypatch.setattr(land, "today", lambda: LAST + timedelta(days=1))
    nights = [LAST - timedelta(days=back) for back in reversed(range(NIGHTS))]
    first = None
    for number in range(0, NIGHTS, 30):
        some = nights[number : number + 30]
        write_exports(empty_warehouse.drop, some, size=1.0)
        for day in some:
            land_night(day)
            gate_night(day)
            record_night(day)
            if first is None:
                first = empty_warehouse.value(f"select {raw}")
            for name in ("ssd", "cssu", "momo"):
                folder = empty_warehouse.drop / name / day.isoformat()
                for path in folder.iterdir():
                    path.unlink()
                folder.rmdir()
        whole = empty_warehouse.value(f"select {raw}")
        with capsys.disabled():
            print(
                f"\nhistory of one night {first >> 20} MB, of {number + len(some)} nights {whole >> 20} MB = "
                f"{whole / first:.2f} x",
                end="",
            )
    assert whole < 5 * first
