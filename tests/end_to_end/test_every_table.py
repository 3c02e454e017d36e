"""Every table of the nightly sources goes through landing, gate 1 and recording, also those that no mart reads yet."""

import gc
import time
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from include.contract.model import source
from include.history.record import record_night
from include.history.withdraw import withdraw
from include.landing.land import LandingError, land_night
from include.quality.landing_gate import gate_night
from tests.conftest import Warehouse, warehouse_of
from tests.deliveries import PEOPLE, RECORDS, deliver
from tests.end_to_end.night import load

NIGHT = date(2026, 3, 31)
EVE, MORROW = NIGHT - timedelta(1), NIGHT + timedelta(1)
HIDDEN = "Zorvane|Quillibex|ZZ1"  # stands in each column that is never stored
TRAINING = RECORDS["cssu"]["training"]
WRONG = {
    "ssd": ("missing", "miss_table_id", "MI9", "miss_missing_episode_type"),
    "cssu": ("advocacy_referrals", "referral_id", "AR9", "outcome"),
}


def _deliver_all(warehouse: Warehouse, night: date, extra: dict[str, dict] | None = None) -> None:
    for source_name in ("ssd", "cssu", "momo"):
        tables = {name: list(records) for name, records in RECORDS.get(source_name, {}).items()}
        if source_name == "ssd":
            tables["person"] = PEOPLE
        for name, records in (extra or {}).get(source_name, {}).items():
            tables[name] += records
        deliver(warehouse.drop, source_name, night, tables)


def _without(folder: Path, table: str, *, empty: bool = False) -> None:
    """Take a table's file out of a delivery, or leave it without a byte."""
    (folder / "manifest.json").unlink(missing_ok=True)
    (folder / "_READY").touch()
    path = folder / f"{table}.csv"
    path.unlink(missing_ok=True)
    if empty:
        path.touch()


def test_a_night_with_every_table_is_landed_passes_and_is_recorded(empty_warehouse):
    _deliver_all(empty_warehouse, NIGHT)
    load(NIGHT)
    states = empty_warehouse.rows("select source, state from ops.batch_latest order by source")
    assert states == [("cssu", "recorded"), ("momo", "recorded"), ("ssd", "recorded")]
    assert empty_warehouse.rows("select rule_id from quality.result where not success") == []
    for source_name, tables in RECORDS.items():
        for name, records in tables.items():
            table = source(source_name).table(name)
            raw = f"raw.{table.raw_name}"
            assert empty_warehouse.value(f"select count(*) from {raw} where _recorded @> %s", (NIGHT,)) == len(records)
            assert empty_warehouse.value(f"select count(*) from {raw} as r where r::text ~ '{HIDDEN}'") == 0
            columns = [column.name for column in table.recorded_columns]
            (recorded,) = empty_warehouse.rows(
                f"select {', '.join(columns)} from {raw} where _record_key = %s",
                ("|".join(records[0][key] for key in table.key),),
            )
            assert dict(zip(columns, recorded, strict=True)) == records[0], table.full_name


def test_a_wrong_code_is_found_where_it_stands_and_not_once_it_is_right(empty_warehouse):
    extra = {
        source_name: {table: [RECORDS[source_name][table][0] | {key: id_, column: "Quillibex"}]}
        for source_name, (table, key, id_, column) in WRONG.items()
    }
    rules = {
        f"{source_name}.{table}.{column}.unreadable": id_ for source_name, (table, _, id_, column) in WRONG.items()
    }
    failing = "select rule_id, record_key from quality.failure where nights @> %s::date"
    _deliver_all(empty_warehouse, EVE, extra)
    load(EVE)
    assert dict(empty_warehouse.rows(failing, (EVE,))) == rules
    assert dict(
        empty_warehouse.rows("select rule_id, decision from quality.result where not success")
    ) == dict.fromkeys(rules, "warn")
    for source_name, (table, _, _, column) in WRONG.items():
        extra[source_name][table][0][column] = RECORDS[source_name][table][0][column]
    _deliver_all(empty_warehouse, NIGHT, extra)
    load(NIGHT)
    assert empty_warehouse.rows(failing, (NIGHT,)) == []


def _trained(warehouse: Warehouse, night: date) -> int:
    return warehouse.value("select count(*) from raw.cssu_training where _recorded @> %s", (night,))


def test_a_register_that_does_not_come_is_named_and_stands_as_it_was_last_delivered(empty_warehouse):
    deliver(empty_warehouse.drop, "cssu", EVE, {"training": TRAINING})
    load(EVE)
    # a visit whose arrangement can't be looked for is no fault
    delivered = {name: RECORDS["cssu"][name] for name in ("team_managers", "private_fostering_visits")}
    folder = deliver(empty_warehouse.drop, "cssu", NIGHT, delivered)
    missing = ("private_fostering_arrangements", "scrutiny", "training")
    for name in missing:
        _without(folder, name, empty=name == "scrutiny")
    (line,) = land_night(NIGHT)
    assert line.endswith("; no file of cssu.private_fostering_arrangements, cssu.scrutiny, cssu.training")
    line, *warned = gate_night(NIGHT)
    assert line.endswith("3 warnings")
    assert [told.partition(" (")[0] for told in warned] == [
        f"cssu {NIGHT}: warning: cssu.{table}.file.missing" for table in missing
    ]
    record_night(NIGHT)
    assert _trained(empty_warehouse, NIGHT) == len(TRAINING)
    warned = empty_warehouse.rows(
        "select rule_id, decision, failing from quality.result where not success order by rule_id"
    )
    assert warned == [(f"cssu.{name}.file.missing", "warn", 1) for name in missing]
    deliver(empty_warehouse.drop, "cssu", MORROW, {"training": []})
    load(MORROW)
    assert _trained(empty_warehouse, MORROW) == 0, "a header alone says that there is no record"
    assert _trained(empty_warehouse, NIGHT) == len(TRAINING)


def test_a_batch_without_a_register_is_landed_again_after_its_landing_was_lost(empty_warehouse):
    deliver(empty_warehouse.drop, "cssu", EVE, {"training": TRAINING})
    load(EVE)
    others = {"team_managers": RECORDS["cssu"]["team_managers"]}
    _without(deliver(empty_warehouse.drop, "cssu", NIGHT, others), "training")
    land_night(NIGHT)
    with empty_warehouse.connect() as connection:
        # what a server that stopped at once leaves of unlogged tables
        for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'landing'").fetchall():
            connection.execute(f"truncate landing.{name}")
    load(NIGHT)
    assert empty_warehouse.rows("select distinct state from ops.batch_latest") == [("recorded",)]
    assert _trained(empty_warehouse, NIGHT) == len(TRAINING)


OPEN_CONNECTIONS = (
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
)


def test_gates_leave_no_connection_open(empty_warehouse):
    gc.disable()
    try:
        for day in (EVE, NIGHT):
            deliver(empty_warehouse.drop, "cssu", day, {"training": TRAINING if day == EVE else []})
            load(day)
        # a back end whose client has closed takes a moment to end
        ending = time.monotonic() + 10
        while (open_connections := empty_warehouse.value(OPEN_CONNECTIONS)) and time.monotonic() < ending:
            time.sleep(0.1)
        assert open_connections == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("empty", [False, True], ids=["missing", "empty"])
def test_a_table_that_a_mart_needs_must_come(empty_warehouse, empty):
    _without(deliver(empty_warehouse.drop, "cssu", NIGHT), "escalations", empty=empty)
    with pytest.raises(LandingError, match="escalations"):
        land_night(NIGHT)
    assert empty_warehouse.rows("select state from ops.batch") == [("refused",)]


def _history(warehouse: Warehouse) -> list[tuple]:
    return warehouse.rows("select _record_key, _version, _recorded::text from raw.cssu_training order by 1, 2")


@pytest.mark.torture
def test_history_is_the_same_in_whatever_order_deliveries_with_and_without_a_register_come(template, tmp_path):
    # the eve has it, the night lacks it, the morrow has one record less
    def load_one(made: Warehouse, day: date) -> None:
        records = {EVE: TRAINING, NIGHT: None, MORROW: TRAINING[:1]}[day]
        folder = deliver(made.drop, "cssu", day, {"training": records or []})
        if records is None:
            _without(folder, "training")
        load(day)

    histories = []
    for number, order in enumerate(permutations((EVE, NIGHT, MORROW))):
        (tmp_path / str(number)).mkdir()
        with warehouse_of(template, tmp_path / str(number)) as made:
            for day in order:
                load_one(made, day)
            histories.append(_history(made))
            if order == (EVE, NIGHT, MORROW):
                # with it first, corrected to be without it
                deliver(made.drop, "cssu", NIGHT, {"training": TRAINING[1:]})
                load(NIGHT)
                assert _history(made) != histories[0]
                load_one(made, NIGHT)
                histories.append(_history(made))
                # and the eve withdrawn: nobody says anything before the morrow
                withdraw("cssu", EVE, "a test")
                assert [row[2] for row in _history(made)] == [f"{{[{MORROW},)}}"]
    assert len(histories[0]) == len(TRAINING)
    assert all(history == histories[0] for history in histories)
