"""Nights whose ssd comes from a database: the history that files give; and a day is read once, on its own morning."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from include.history.withdraw import withdraw
from include.landing.land import LandingError, land_night
from include.night import load_delivery
from include.quality.landing_gate import GateStopped
from tests.conftest import Warehouse, environment, warehouse_of
from tests.end_to_end.night import load
from tests.ssd_databases import (
    CHILD,
    NEXT,
    NIGHT,
    POSTCODE,
    SsdDatabase,
    it_is,
    of_records,
    ssd_database,
    states,
    three_children,
)

HISTORY = "select p::text from raw.ssd_person as p order by 1"


@pytest.fixture(autouse=True)
def _only_ssd(monkeypatch):
    """The morning after NIGHT, and nothing else awaited."""
    it_is(monkeypatch, NEXT)
    with environment(PERMANENCE_NIGHTLY_SOURCES="ssd"):
        yield


@pytest.fixture
def database(local_folder, tmp_path: Path) -> Iterator[SsdDatabase]:
    with three_children(tmp_path / "of") as made:
        yield made


def _recorded(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """All that is recorded of ssd: versions and when they were said, keys that are held, what failed."""
    names = [name for (name,) in warehouse.rows("select tablename::text from pg_tables where schemaname = 'raw'")]
    found = {name: warehouse.rows(f"select t::text from raw.{name} as t order by 1") for name in names}
    failed = "select rule_id, record_key, file_name, record_number from quality.failure order by 1, 2, 3, 4"
    return found | {"failure": warehouse.rows(failed)}


def test_the_history_is_the_one_that_files_give(template, sample_exports, nights, tmp_path):
    """Two nights as files; and the same two, of which the newer comes from a database with real types."""

    @contextmanager
    def with_files(name: str, of: tuple[date, ...]) -> Iterator[Warehouse]:
        folder = tmp_path / name
        (folder / "drop" / "ssd").mkdir(parents=True)
        for night in of:
            (folder / "drop" / "ssd" / night.isoformat()).symlink_to(sample_exports / "ssd" / night.isoformat())
        with warehouse_of(template, folder) as made:
            yield made

    with with_files("files", nights) as made:
        for night in nights:
            load(night)
        by_files = _recorded(made)
        delivered = made.rows("select batch_date, record_count, files from ops.batch_standing order by 1")
    with with_files("database", nights[:1]) as made:
        load(nights[0])
        with ssd_database(sample_exports / "ssd" / nights[1].isoformat()):
            load(nights[1])
        assert made.rows("select batch_date, record_count from ops.batch_standing order by 1") == [
            row[:2] for row in delivered
        ]
        by_database = _recorded(made)
    assert sum(map(len, by_files.values())) > 10_000
    for name, versions in by_files.items():
        assert by_database[name] == versions, f"{name} differs"


def test_no_name_or_postcode_is_in_a_log(empty_warehouse, database, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    database.run(
        f"alter table ssd_person rename to people; create function broken(t text) returns text language plpgsql as "
        f"'begin return t::integer::text; end'; alter table people rename pers_forename to was;"
        f"create view ssd_person as select p.*, broken(was) as pers_forename from people as p;"
        f"grant select on ssd_person to {database.reader}"
    )
    with pytest.raises(LandingError, match=r"22P02 \(InvalidTextRepresentation\)") as caught:
        land_night(NIGHT)
    database.run("drop view ssd_person; alter table people rename was to pers_forename")
    database.run("alter table people rename to ssd_person")
    load(NIGHT)
    said = "".join((str(caught.value), caplog.text, *capsys.readouterr()))
    assert CHILD not in said
    assert POSTCODE not in said
    assert empty_warehouse.value(f"select count(*) from raw.ssd_person where pers_forename = '{CHILD}'") == 3


def test_running_twice_changes_nothing(empty_warehouse, database):
    load(NIGHT)
    before = empty_warehouse.rows(HISTORY)
    records = empty_warehouse.value("select record_count from ops.batch_standing")
    assert land_night(NIGHT) == [f"ssd {NIGHT}: recorded already, {records} records"]
    # nor when the database has moved on: what a night read of its day stands
    database.run("delete from ssd_person where pers_person_id = 'P3'")
    load(NIGHT)
    assert [state for _, state in states(empty_warehouse)] == ["landed", "passed", "recorded"]
    assert empty_warehouse.rows(HISTORY) == before


def test_by_hand_it_is_read_again(empty_warehouse, database):
    load(NIGHT)
    database.run("delete from ssd_person where pers_person_id = 'P3'")
    lines = load_delivery("ssd", NIGHT)
    assert lines[0].startswith(f"ssd {NIGHT}: landed ")
    standing = "select count(*) from raw.ssd_person where _recorded @> date '2026-03-31'"
    assert empty_warehouse.value(standing) == 2


def test_a_batch_that_was_stopped_or_withdrawn_is_read_again(empty_warehouse, database):
    database.run("create table kept as select * from ssd_person; delete from ssd_person")
    with pytest.raises(GateStopped):
        load(NIGHT)
    database.run("insert into ssd_person select * from kept")
    load(NIGHT)
    withdraw("ssd", NIGHT, "an extract of the test system")
    (line,) = land_night(NIGHT)
    assert line.startswith(f"ssd {NIGHT}: stays withdrawn")
    database.run("update ssd_person set pers_sex = 'M'")
    load(NIGHT)
    assert states(empty_warehouse)[-1] == (NIGHT, "recorded")
    assert empty_warehouse.value("select count(*) from raw.ssd_person where pers_sex = 'M'") == 3


def test_a_night_that_is_run_again_later_finds_its_own_batch(empty_warehouse, database, monkeypatch):
    load(NIGHT)
    recorded = empty_warehouse.rows(HISTORY)
    database.run("delete from ssd_person where pers_person_id = 'P3'")
    it_is(monkeypatch, NEXT + timedelta(1))
    assert "recorded already" in land_night(NIGHT)[0]
    load(NEXT)
    assert "recorded already" in land_night(NIGHT)[0]
    assert [(day, state) for day, state in states(empty_warehouse) if state == "landed"] == [
        (NIGHT, "landed"),
        (NEXT, "landed"),
    ]
    withdraw("ssd", NEXT, "to see what stands without it")
    assert empty_warehouse.rows(HISTORY) == recorded
    # by hand, what was withdrawn of an older day comes back from the archive
    withdraw("ssd", NIGHT, "by mistake")
    assert "stays withdrawn" in land_night(NIGHT)[0]
    lines = load_delivery("ssd", NIGHT)
    assert lines[0].startswith(f"ssd {NIGHT}: landed ")
    assert empty_warehouse.rows(HISTORY) == recorded


def test_what_was_stopped_on_an_older_day_is_landed_from_the_archive(empty_warehouse, database, monkeypatch):
    database.run("delete from ssd_person")
    with pytest.raises(GateStopped):
        load(NIGHT)
    it_is(monkeypatch, NEXT + timedelta(1))
    database.fill(of_records(empty_warehouse.drop.parent / "other"))
    assert land_night(NIGHT)[0].startswith(f"ssd {NIGHT}: landed ")
    files = empty_warehouse.value("select files from ops.batch order by entry_id desc limit 1")
    assert [file["records"] for file in files if file["table"] == "person"] == [0]


def test_a_file_that_the_archive_lost_is_named_and_not_a_refusal(empty_warehouse, database, monkeypatch):
    load(NIGHT)
    before = states(empty_warehouse)
    it_is(monkeypatch, NEXT + timedelta(1))
    for kept in empty_warehouse.archive.rglob("*.zst"):
        kept.unlink()
    with pytest.raises(LandingError, match="the archive has no file"):
        land_night(NIGHT)
    assert states(empty_warehouse) == before


def test_tables_that_nobody_wrote_since_the_night_before_are_refused(empty_warehouse, database, monkeypatch):
    load(NIGHT)
    it_is(monkeypatch, NEXT + timedelta(1))
    with pytest.raises(LandingError, match=f"its files are those of {NIGHT}, byte for byte"):
        land_night(NEXT)
    # by hand somebody says that nothing has changed
    assert load_delivery("ssd", NEXT)[0].startswith(f"ssd {NEXT}: landed ")
