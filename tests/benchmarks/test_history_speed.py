"""Reading and recording a batch in history, as ratios to a hash anti-join that reads the same, in the same run.

What is landed is read once, into a typed table (every text read, every record hashed), and recorded from there. Both
together are held to an anti-join over the same reading of the same texts against recorded history, by key and version,
counting what history lacks: reading and recording may take three times as long. The ratio of the recording alone to the
same anti-join between plain tables of key and version, already read and hashed, is printed beside it, held to nothing.

Both references are hash joins under the loader's own settings. All are the quickest of several runs: all but the
last recording are rolled back just before they would commit. History is vacuumed and analysed before each, as
autovacuum keeps it between two nights. Landing and gate 1 are gone through and not counted. They are most of the time
at 3,000,000 records, which take a quarter of an hour: `-k "not 3000000"` leaves them out.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta

import psycopg
import pytest

from include.contract.model import source
from include.contract.relations import reading, typed_name
from include.history import ledger, record
from include.landing.land import read_landed
from include.warehouse.connection import Role
from tests.benchmarks.measuring import deliver_escalations, land_and_gate, quickest, seconds
from tests.conftest import Warehouse

NIGHT = date(2026, 3, 30)
HISTORY = "raw.cssu_escalations"
MOST = 3.0
# what is in the closing day of record `number` on the first night and on those after it, and the % that changed
NIGHTS = (
    (None, lambda number: ""),
    (0, lambda number: ""),
    (1, lambda number: "" if number % 100 else "2026-02-01"),
    (100, lambda number: "2026-02-02"),
)

pytestmark = pytest.mark.bench


@contextmanager
def _hash_joins(warehouse: Warehouse) -> Iterator[psycopg.Connection]:
    """A connection as the loader whose anti-joins are hash joins."""
    with warehouse.connect(Role.LOADER) as connection:
        connection.execute("set enable_mergejoin = off; set enable_nestloop = off")
        yield connection


def _anti_join(connection: psycopg.Connection, batch: str, history: str) -> float:
    """Seconds of a hash anti-join of a batch against a history, by key and version."""
    query = (
        f"select count(*) from {batch} as b where not exists "
        f"(select from {history} as h where h._record_key = b._record_key and h._version = b._version)"
    )
    plan = [line for (line,) in connection.execute(f"explain (costs off) {query}")]
    assert any("Hash" in line and "Anti Join" in line for line in plan)
    return quickest(lambda: connection.execute(query))


def _references(warehouse: Warehouse, entry: ledger.Entry) -> tuple[float, float]:
    """Seconds of the anti-join over the reading of the batch, and over plain tables of the same keys and versions."""
    table = source("cssu").table("escalations")
    with _hash_joins(warehouse) as connection:
        connection.execute(f"analyze {HISTORY}")
        over_reading = _anti_join(connection, f"({reading(table, entry.batch_id)})", HISTORY)
        typed = f"landing.{typed_name(table, entry.batch_id)}"
        for plain, read in (("plain_batch", typed), ("plain_history", HISTORY)):
            connection.execute(f"create unlogged table landing.{plain} as select _record_key, _version from {read}")
            connection.execute(f"analyze landing.{plain}")
        over_plain = _anti_join(connection, "landing.plain_batch", "landing.plain_history")
        connection.execute("drop table landing.plain_batch, landing.plain_history")
    return over_reading, over_plain


def _reading(warehouse: Warehouse, entry: ledger.Entry) -> float:
    """Seconds of reading what was landed of a batch into its typed tables; they stay as they were."""

    def read_again():
        with warehouse.connect(Role.LOADER) as connection, connection.transaction(force_rollback=True):
            for table in source(entry.source).tables:
                connection.execute(f"drop table landing.{typed_name(table, entry.batch_id)}")
            taken.append(seconds(lambda: read_landed(connection, entry)))

    taken: list[float] = []
    for _ in range(3):
        read_again()
    return min(taken)


class _RolledBack(Exception):
    pass


def _recording(warehouse: Warehouse, entry: ledger.Entry, times: int = 3) -> tuple[float, str]:
    """Seconds of the quickest of several recordings of a batch, and what the last one, which is kept, says."""

    def give_up(*_):
        raise _RolledBack

    def vacuum():
        with warehouse.connect(Role.LOADER) as connection:
            connection.execute(f"vacuum analyze {HISTORY}")

    def rolled_back():
        with suppress(_RolledBack):
            record.record_batch(entry)

    taken = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record, "drop_landing", give_up)  # the last thing before it commits
        for _ in range(times - 1):
            vacuum()
            taken.append(seconds(rolled_back))
    vacuum()
    said = []
    taken.append(seconds(lambda: said.append(record.record_batch(entry))))
    return min(taken), said[0]


@pytest.mark.parametrize("records", [30_000, 300_000, 3_000_000])
def test_speed_of_recording(empty_warehouse, capsys, records):
    ratios = {}
    for number, (share, closed) in enumerate(NIGHTS):
        night = NIGHT + timedelta(days=number)
        deliver_escalations(empty_warehouse, night, records, closed)
        entry, _, gating = land_and_gate(empty_warehouse, night)
        over_reading, over_plain = _references(empty_warehouse, entry)
        reading_seconds = _reading(empty_warehouse, entry)
        recording, said = _recording(empty_warehouse, entry)
        # a changed record is two rows written: the version that ends and the one that begins
        written = records if share is None else 2 * records * share // 100
        assert f"; {written} versions written" in said
        whole = reading_seconds + recording
        ratios[share] = whole / over_reading
        changed = "all new" if share is None else f"{share} % changed"
        with capsys.disabled():
            print(
                f"\n{records} records, {changed}: reading {reading_seconds:.2f} s and recording {recording:.2f} s = "
                f"{whole / over_reading:.1f} x the anti-join over the reading ({over_reading:.2f} s); recording = "
                f"{recording / over_plain:.1f} x that over plain tables ({over_plain:.2f} s); {written} rows written; "
                f"gate 1 {gating:.0f} s",
                end="",
            )
    assert max(ratios.values()) <= MOST, ratios


def test_speed_of_reading_a_day(empty_warehouse, capsys):
    """Half of 600,000 versions stand on the day: read through `_recorded`, and from a plain table of just those.

    A GiST index on `_recorded` is made and read too: what it would bring is shown, not assumed.
    """
    day, half = date(2026, 3, 31), 300_000
    with empty_warehouse.connect(Role.LOADER) as connection:
        connection.execute(
            f"insert into {HISTORY} (_slice, _record_key, _version, _recorded, escalation_id, person_id, raised_date) "
            "select 'all', 'X' || mod(i, %(half)s), md5(i::text)::uuid, case when i < %(half)s "
            "then datemultirange(daterange('2026-03-30', %(day)s)) else datemultirange(daterange(%(day)s, null)) end, "
            "'X' || mod(i, %(half)s), 'P' || i, '2026-01-05' from generate_series(0, 2 * %(half)s - 1) as i",
            {"half": half, "day": day},
        )
        connection.execute(f"create table raw.plain as select * from {HISTORY} where _recorded @> '{day}'::date")
        connection.execute(f"vacuum analyze {HISTORY}")
        connection.execute("vacuum analyze raw.plain")
        reading = f"select count(*) from {HISTORY} where _recorded @> '{day}'::date"
        assert connection.execute(reading).fetchone()[0] == half
        of_day = quickest(lambda: connection.execute(reading))
        plain = quickest(lambda: connection.execute("select count(*) from raw.plain"))
        making = seconds(lambda: connection.execute(f"create index on {HISTORY} using gist (_recorded)"))
        connection.execute(f"analyze {HISTORY}")
        plan = " ".join(line for (line,) in connection.execute(f"explain (costs off) {reading}"))
        indexed = quickest(lambda: connection.execute(reading))
        connection.execute("set enable_seqscan = off")
        through_index = quickest(lambda: connection.execute(reading))
    with capsys.disabled():
        print(
            f"\n{half} of {2 * half} versions on a day: {of_day:.3f} s = {of_day / plain:.1f} x a plain table of them "
            f"({plain:.3f} s); with a GiST index, made in {making:.1f} s, {indexed:.3f} s "
            f"({'used' if 'Index' in plan else 'not used'}), through it {through_index:.3f} s",
            end="",
        )
