"""ssd from a database: what is asked of it, what it can speak of, and what is said where it can't."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from include.commands.run import RunError, ensure_exports, newest_exports
from include.feeds import ssd_database as feed
from include.feeds.errors import DeliveryError, NotDelivered
from include.feeds.readiness import ExportsMissing, exports_ready
from include.history import ledger
from include.landing import archive
from include.landing.land import LandingError, land_night
from include.night import load_delivery
from include.warehouse.connection import Role
from tests.conftest import Warehouse, environment
from tests.deliveries import deliver
from tests.ssd_databases import (
    ENCODED,
    NEXT,
    NIGHT,
    PASSWORD,
    PEOPLE,
    SCHEMA,
    SsdDatabase,
    it_is,
    of_records,
    ssd_database,
    states,
    three_children,
)


@pytest.fixture(autouse=True)
def _only_ssd(monkeypatch, tmp_path):
    """The morning after NIGHT, nothing else awaited, and a drop folder in which nobody else has left anything."""
    it_is(monkeypatch, NEXT)
    (tmp_path / "drop").mkdir()
    with environment(PERMANENCE_NIGHTLY_SOURCES="ssd", PERMANENCE_DROP_FOLDER=str(tmp_path / "drop")):
        yield


@pytest.fixture
def database(local_folder, tmp_path: Path) -> Iterator[SsdDatabase]:
    with three_children(tmp_path / "of") as made:
        yield made


def _table(warehouse: Warehouse, table: str, columns: str, night: date = NIGHT) -> list[tuple]:
    """What is landed of a table."""
    with warehouse.connect(Role.LOADER) as connection:
        (entry,) = ledger.pending(connection, night, ("landed",))
    return warehouse.rows(f"select {columns} from landing.ssd_{table}_{entry.batch_id} order by _record")


def test_its_tables_are_landed_as_files_are(empty_warehouse, database):
    (line,) = land_night(NIGHT)
    assert line.startswith(f"ssd {NIGHT}: landed ")
    assert _table(empty_warehouse, "person", "_file, _record, pers_person_id, pers_dob, pers_surname") == [
        (0, 1, "P1", "2015-05-05", None),
        (0, 2, "P2", "2015-05-05", None),
        (0, 3, "P3", "2015-05-05", None),
    ]


def test_it_is_read_in_one_transaction_that_can_not_write(empty_warehouse, database):
    database.run(
        "alter table ssd_person add pers_nationality_ text; alter table ssd_person drop pers_nationality;"
        "alter table ssd_person rename to people; create view ssd_person as select p.*, concat_ws(' ', "
        "current_setting('transaction_isolation'), current_setting('transaction_read_only'), "
        "current_setting('row_security')) as pers_nationality from people as p;"
        f"grant select on ssd_person to {database.reader}"
    )
    land_night(NIGHT)
    assert set(_table(empty_warehouse, "person", "pers_nationality")) == {("repeatable read on off",)}


def test_what_would_write_there_is_refused(empty_warehouse, database):
    database.run(
        "create table seen (at timestamptz); alter table ssd_person rename to people;"
        f'create function noted() returns text language sql security definer set search_path = "{SCHEMA}" '
        "as 'insert into seen values (now()); select null::text';"
        "alter table people drop pers_nationality;"
        "create view ssd_person as select p.*, noted() as pers_nationality from people as p;"
        f"grant select on ssd_person to {database.reader}"
    )
    with pytest.raises(LandingError, match="25006"):
        land_night(NIGHT)
    with database.connect() as connection:
        assert connection.execute("select count(*) from seen").fetchone() == (0,)


def test_all_tables_are_of_one_moment_while_somebody_writes(empty_warehouse, database, monkeypatch):
    copy, copied = feed._copy, []

    def disturbed(connection, selection, folder):
        done = copy(connection, selection, folder)
        if not copied:
            database.run(
                "insert into ssd_person select 'P4' as pers_person_id, pers_legacy_id, pers_forename from ssd_person "
                "limit 0; delete from ssd_cla_episodes; update ssd_legal_status set lega_person_id = 'P9';"
                "insert into ssd_cla_reviews select * from ssd_cla_reviews"
            )
        copied.append(selection.table.name)
        return done

    monkeypatch.setattr(feed, "_copy", disturbed)
    land_night(NIGHT)
    assert copied[0] == "person"
    assert len(_table(empty_warehouse, "cla_episodes", "1")) == 1
    assert _table(empty_warehouse, "legal_status", "lega_person_id") == [("P1",)]
    assert len(_table(empty_warehouse, "cla_reviews", "1")) == 1


def test_tables_being_emptied_and_refilled_are_waited_for(empty_warehouse, database):
    with database.connect() as extract:
        extract.autocommit = False
        extract.execute("create temporary table kept as select * from ssd_person; truncate ssd_person")
        landing = threading.Thread(target=land_night, args=(NIGHT,))
        landing.start()
        waits = (
            "select count(*) from pg_stat_activity where application_name = 'permanence_ssd' and wait_event_type = %s"
        )
        for _ in range(200):
            if empty_warehouse.value(waits, ("Lock",)):
                break
            time.sleep(0.05)
        assert landing.is_alive()
        extract.execute("insert into ssd_person select * from kept union all select * from kept")
        extract.commit()
        landing.join(60)
    assert len(_table(empty_warehouse, "person", "1")) == 6


def test_a_table_that_stays_locked_is_named_as_being_written(empty_warehouse, database, monkeypatch):
    monkeypatch.setattr(feed, "_FOR_THE_TRANSACTION", feed._FOR_THE_TRANSACTION.replace("'5min'", "'100ms'"))
    with database.connect() as extract:
        extract.autocommit = False
        extract.execute("truncate ssd_person")
        with pytest.raises(LandingError, match=r"55P03 \(LockNotAvailable\). The extract is writing its tables"):
            land_night(NIGHT)
        extract.rollback()
    assert states(empty_warehouse) == []


def test_what_is_never_stored_is_not_asked_for(empty_warehouse, database):
    database.run(
        "create function asked() returns text stable language plpgsql as 'begin raise exception ''asked''; end';"
        "alter table ssd_address rename to places; alter table places drop addr_address_postcode;"
        "create view ssd_address as select p.*, asked() as addr_address_postcode, asked() as of_their_own "
        f"from places as p; grant select on ssd_address to {database.reader}"
    )
    land_night(NIGHT)
    assert _table(empty_warehouse, "address", "addr_table_id") == [("A1",)]
    (files,) = empty_warehouse.rows("select files from ops.batch")[0]
    (address,) = [file for file in files if file["table"] == "address"]
    with archive.restored(address["sha256"], address["file"]) as path:
        assert "postcode" not in path.read_text()


def test_moments_flags_and_blanks_are_written_as_an_export_writes_them(empty_warehouse, database):
    database.run(
        "alter table ssd_person alter pers_dob type timestamptz using timestamptz '2015-05-05 00:00 Europe/London',"
        "alter pers_send_flag type boolean using pers_person_id = 'P1',"
        "alter pers_sex type character(8), alter pers_expected_dob type timestamp using timestamp '2015-01-02 10:11',"
        "alter pers_death_date type date using date '2016-02-29', alter pers_person_id type varchar(48)"
    )
    land_night(NIGHT)
    columns = "pers_dob, pers_send_flag, pers_sex, pers_expected_dob, pers_death_date"
    assert _table(empty_warehouse, "person", columns)[:2] == [
        ("2015-05-05 00:00:00", "Y", "F", "2015-01-02 10:11:00", "2016-02-29"),
        ("2015-05-05 00:00:00", "N", "F", "2015-01-02 10:11:00", "2016-02-29"),
    ]


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_of_another_encoding_is_read(empty_warehouse, tmp_path, encoding):
    with ssd_database(of_records(tmp_path / "of", {"person": PEOPLE}), encoding) as database:
        database.run("update ssd_person set pers_surname = chr(233)")
        land_night(NIGHT)
    assert _table(empty_warehouse, "person", "pers_surname") == [("é",)] * 3


def test_names_may_be_in_capitals(empty_warehouse, database):
    database.run('alter table ssd_person rename to "SSD_PERSON"')
    database.run('alter table "SSD_PERSON" rename pers_person_id to "PERS_Person_ID"')
    land_night(NIGHT)
    assert _table(empty_warehouse, "person", "pers_person_id") == [("P1",), ("P2",), ("P3",)]


def test_an_optional_column_or_table_may_be_missing(empty_warehouse, database):
    database.run(
        "alter table ssd_person drop pers_surname; drop table ssd_address; "
        f"revoke select on ssd_disability from {database.reader}"
    )
    (line,) = land_night(NIGHT)
    assert "; no file of ssd.address, ssd.disability" in line or "; no file of ssd.disability, ssd.address" in line
    assert _table(empty_warehouse, "person", "pers_surname") == [(None,)] * 3


WRONG = {
    "a missing table": (
        "drop table ssd_person; drop table ssd_legal_status",
        "table ssd_person, ssd_legal_status is missing. Have the extract make it, or name the schema that holds it",
    ),
    "a missing column": (
        "alter table ssd_person drop pers_person_id",
        "table ssd_person: required column pers_person_id of ssd.person is missing. Have the export write it",
    ),
    "a table twice": (
        'create table "SSD_person" (like ssd_person)',
        "table ssd_person stands twice. Leave one of the two",
    ),
    "a column twice": (
        'alter table ssd_person add "PERS_DOB" date',
        "table ssd_person: column pers_dob of ssd.person stands twice. Leave one of the two",
    ),
}


@pytest.mark.parametrize("situation", WRONG)
def test_what_is_wrong_with_its_tables_is_named_and_stands_in_the_ledger(empty_warehouse, database, situation):
    spoil, what = WRONG[situation]
    database.run(spoil)
    with pytest.raises(LandingError) as caught:
        land_night(NIGHT)
    told = str(caught.value)
    assert f"database {database.name} on 127.0.0.1" in told
    assert f", schema {SCHEMA}" in told
    assert what in told
    assert "\n" not in told
    assert states(empty_warehouse) == [(NIGHT, "refused")]
    assert empty_warehouse.value("select reason from ops.batch") == told
    # a night waits for it as for a file
    with pytest.raises(ExportsMissing) as missing:
        exports_ready(NIGHT, None)
    assert f"ssd: {told}" in str(missing.value)
    with pytest.raises(LandingError):
        land_night(NIGHT)
    assert len(states(empty_warehouse)) == 1


def test_tables_that_the_role_may_not_read_are_named(empty_warehouse, database):
    database.run(f"revoke select on ssd_person, ssd_address from {database.reader}")
    with pytest.raises(LandingError) as caught:
        land_night(NIGHT)
    assert f"user {database.reader} may not read ssd_person" in str(caught.value)
    database.run(f'revoke usage on schema "{SCHEMA}" from {database.reader}')
    assert "may not read ssd_person, ssd_cla_episodes" in str(feed.state())
    assert states(empty_warehouse) == []


def test_rows_that_a_policy_hides_are_an_error_and_not_a_deletion(empty_warehouse, database):
    database.run(
        "alter table ssd_person enable row level security;"
        "create policy only_some on ssd_person using (pers_person_id <> 'P1')"
    )
    with pytest.raises(LandingError, match=r"42501 \(InsufficientPrivilege\)\. Grant its role"):
        land_night(NIGHT)
    assert states(empty_warehouse) == []


def _says_no_secret(text: str) -> None:
    for part in (PASSWORD, ENCODED, "Zolder", "secret"):
        assert part not in text


def test_a_wrong_password_is_said_without_it(empty_warehouse, database, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = database.url.replace(ENCODED, f"{ENCODED}-no")
    with environment(PERMANENCE_SSD_DATABASE_URL=wrong):
        with pytest.raises(LandingError) as caught:
            land_night(NIGHT)
        with pytest.raises(ExportsMissing) as missing:
            exports_ready(NIGHT, None)
    assert f"it does not let user {database.reader} in: " in str(caught.value)
    assert "password authentication failed" in str(caught.value)
    for said in (caught.value, missing.value):
        assert f"database {database.name} on 127.0.0.1" in str(said)
        assert "\n" not in str(said)
        _says_no_secret(repr(said))
    _says_no_secret(caplog.text)
    assert states(empty_warehouse) == []


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:Zolder@h/db",
        "Zolder",
        "postgresql://u:Zolder@h:5432",
        "postgresql://u:Zolder@h/?schema=x",
        "postgresql://u:a@Zolder@h/db",
        "postgresql://u:a/Zolder@h/db",
        "postgresql://u:12/Zolder@h/db",
        "postgresql://u:12?Zolder@h/db",
        "postgresql://u:12#Zolder@h/db",
        "postgresql://u:Zolder@h/db?unknown=1",
        "postgresql://[u:Zolder@h/db",
    ],
)
def test_a_setting_that_can_not_be_read_is_named_and_not_shown(local_folder, url):
    with environment(PERMANENCE_SSD_DATABASE_URL=url):
        said = feed.state()
        with pytest.raises(NotDelivered) as caught:
            feed.place()
    assert said == str(caught.value)
    assert said.startswith("PERMANENCE_SSD_DATABASE_URL: it does not read postgresql://user:password@host:port/")
    assert "Zolder" not in said


def test_a_database_that_is_away_is_waited_for(database):
    night_ended = datetime.now(UTC) - timedelta(hours=1)
    assert exports_ready(NIGHT, night_ended) is True
    with environment(PERMANENCE_SSD_DATABASE_URL=database.url.replace(database.name, "no_such_database")):
        assert exports_ready(NIGHT, night_ended) is False
        with pytest.raises(ExportsMissing, match="database no_such_database on"):
            exports_ready(NIGHT, datetime.now(UTC) - timedelta(hours=6))


def test_an_older_day_is_not_taken_from_it(empty_warehouse, database, monkeypatch):
    older = NIGHT - timedelta(1)
    assert exports_ready(older, None) is True
    with pytest.raises(LandingError) as caught:
        land_night(older)
    assert f"it speaks of {NIGHT} and of no other day, and the ledger has nothing of {older}" in str(caught.value)
    assert str(empty_warehouse.drop / "ssd" / older.isoformat()) in str(caught.value)
    for day in (older, NEXT):
        with pytest.raises(NotDelivered, match="of no other day"):
            load_delivery("ssd", day)
    assert states(empty_warehouse) == []
    # where nobody awaits ssd, the night goes on without it
    with environment(PERMANENCE_NIGHTLY_SOURCES=""):
        (line,) = land_night(older)
    assert "of no other day" in line
    # and one delivered as files is taken as ever
    deliver(empty_warehouse.drop, "ssd", older)
    assert land_night(older)[0].startswith(f"ssd {older}: landed ")


def test_a_folder_of_the_same_day_is_one_delivery_too_many(empty_warehouse, database):
    folder = deliver(empty_warehouse.drop, "ssd", NIGHT)
    with pytest.raises(LandingError) as caught:
        land_night(NIGHT)
    assert str(caught.value).startswith(f"{folder}: database {database.name} on ")
    assert "delivers this day. Take the folder away, or unset PERMANENCE_SSD_DATABASE_URL" in str(caught.value)
    assert states(empty_warehouse) == [(NIGHT, "refused")]


def test_a_connection_that_breaks_leaves_nothing(empty_warehouse, database, monkeypatch):
    copy = feed._copy

    def broken(connection, selection, folder):
        if selection.table.name == "cla_placement":
            with psycopg.connect(empty_warehouse.admin_url, autocommit=True) as other:
                other.execute("select pg_terminate_backend(%s)", (connection.info.backend_pid,))
        return copy(connection, selection, folder)

    monkeypatch.setattr(feed, "_copy", broken)
    with pytest.raises(LandingError, match=r"PostgreSQL said: (57P01|the connection is lost)"):
        land_night(NIGHT)
    assert states(empty_warehouse) == []
    assert empty_warehouse.value("select count(*) from pg_tables where schemaname = 'landing'") == 0


def test_by_hand_the_newest_night_is_the_one_it_speaks_of(empty_warehouse, database):
    ensure_exports(print)
    assert list(empty_warehouse.drop.iterdir()) == [], "made-up exports beside a real database"
    assert newest_exports() == NIGHT
    with environment(PERMANENCE_NIGHTLY_SOURCES=""):
        assert newest_exports() == NIGHT
    with environment(PERMANENCE_NIGHTLY_SOURCES="ssd,cssu"):
        with pytest.raises(RunError, match=f"no day with exports of ssd, cssu.* The database of ssd has {NIGHT} alone"):
            newest_exports()
        deliver(empty_warehouse.drop, "cssu", NIGHT)
        assert newest_exports() == NIGHT


def test_a_delivery_error_is_told_by_hand_too(empty_warehouse, database):
    database.run("drop table ssd_person")
    with pytest.raises(DeliveryError, match="table ssd_person is missing"):
        load_delivery("ssd", NIGHT)
