"""Landing ssd from a database, as a ratio to psql piped into psql for the same records in the same run.

The pipe only copies. Landing also takes the sha256 of what came and keeps it compressed; what it takes to make the
landing tables of all of ssd, whatever is in them, is measured with few records and taken off.
"""

import subprocess
from datetime import date, timedelta

import pytest

from include import run_date
from include.commands.sql import psql_environment
from include.feeds import ssd_database as feed
from include.landing.land import land_night
from include.warehouse.connection import Role, parameters
from tests.benchmarks.measuring import psql, quickest, seconds
from tests.ssd_databases import PASSWORD, SCHEMA, of_records, ssd_database

RECORDS = 300_000
NIGHT = date(2026, 3, 30)
COLUMNS = "clav_cla_visit_id, clav_cla_id, clav_person_id, clav_cla_visit_date, clav_cla_visit_seen"
MOST = 3.0

pytestmark = pytest.mark.bench


def _pipe(source: dict[str, str], target: dict[str, str]) -> None:
    out = f'copy (select {COLUMNS} from "{SCHEMA}".ssd_cla_visits) to stdout with (format csv)'
    into = f"copy landing.limit_of_speed ({COLUMNS}) from stdin with (format csv)"
    with subprocess.Popen(psql("-c", out), env=source, stdout=subprocess.PIPE) as reading:
        subprocess.run(psql("-c", into), env=target, stdin=reading.stdout, check=True)
    assert reading.returncode == 0


def test_speed_of_landing_from_a_database(empty_warehouse, tmp_path, monkeypatch, capsys):
    nights = iter(NIGHT + timedelta(days=number) for number in range(10))

    with ssd_database(of_records(tmp_path / "of")) as database:

        def landing() -> float:
            night = next(nights)
            monkeypatch.setattr(run_date, "today", lambda: night + timedelta(days=1))
            database.run("update ssd_person set pers_sex = case pers_sex when 'F' then 'M' else 'F' end")
            return seconds(lambda: land_night(night))

        few = min(landing() for _ in range(3))
        database.run(
            "insert into ssd_cla_visits (clav_cla_visit_id, clav_cla_id, clav_person_id, clav_cla_visit_date, "
            "clav_cla_visit_seen) select 'V' || i, 'C' || i / 60, 'P' || i / 60, date '2015-01-06' + i % 4000, "
            f"i % 7 <> 0 from generate_series(2, {RECORDS}) as i"
        )
        # as the server's own user, whose table it is copied into
        target = {name: value for name, value in parameters(Role.LOADER).items() if name != "options"}
        source = target | {"dbname": database.name, "user": database.reader, "password": PASSWORD}
        with empty_warehouse.connect() as connection:
            columns = ", ".join(f"{name} text" for name in COLUMNS.split(", "))
            connection.execute(f"create unlogged table landing.limit_of_speed ({columns})")

            def piped() -> float:
                connection.execute("truncate landing.limit_of_speed")
                return seconds(lambda: _pipe(psql_environment(source), psql_environment(target)))

            pipe = min(piped() for _ in range(3))
            assert connection.execute("select count(*) from landing.limit_of_speed").fetchone()[0] == RECORDS

        def read() -> None:
            with feed.delivery(NIGHT, vouched=False):
                pass

        reading = quickest(read)
        many = min(landing() for _ in range(3))
    ratio = (many - few) / pipe
    with capsys.disabled():
        print(
            f"\n{RECORDS} records: psql | psql {pipe:.2f} s; landing from the database {many:.2f} s, {few:.2f} s of it "
            f"for few records; the rest is {ratio:.1f} x; reading alone {reading:.2f} s",
            end="",
        )
    assert ratio <= MOST
