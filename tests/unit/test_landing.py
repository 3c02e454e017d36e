"""Landing: records as delivered, numbered by file; nothing landed where a delivery can't be read."""

from datetime import date

import pytest

from include.feeds.batches import find_batches
from include.feeds.errors import DeliveryError
from include.history import ledger
from include.landing import archive
from include.landing.land import LandingError, ensure_landed, land_batch, land_night
from include.settings import settings
from include.warehouse.connection import Role
from tests.deliveries import deliver

NIGHT = date(2026, 3, 31)
STATEMENTS = [
    {
        "statement_id": f"S{number}",
        "submitted_at": "2026-03-31 10:00:00",
        "app": "ONE",
        "scenario": "WELLBEING",
        "account_type": "YOUNG_PERSON",
        "statement_text": "Zorvane Quillibex said so",
    }
    for number in (1, 2, 3)
]


def _land(warehouse, source_name="momo"):
    (batch,) = find_batches(warehouse.drop, source_name, NIGHT, warehouse.drop)
    return land_batch(batch)


def _entry(warehouse) -> ledger.Entry:
    with warehouse.connect(Role.LOADER) as connection:
        (entry,) = ledger.pending(connection, NIGHT, ("landed",))
    return entry


def test_records_are_numbered_and_know_their_file(empty_warehouse):
    deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    assert "landed 3 records of 1 files, 1 unknown or never stored columns dropped" in _land(empty_warehouse)
    entry = _entry(empty_warehouse)
    assert empty_warehouse.rows(
        f"select _file, _record, statement_id from landing.momo_statements_{entry.batch_id} order by _record"
    ) == [(0, 1, "S1"), (0, 2, "S2"), (0, 3, "S3")]
    assert entry.files[0]["records"] == 3
    assert entry.files[0]["file"] == "statements.csv"


def test_what_is_never_stored_reaches_neither_table_nor_archive(empty_warehouse):
    deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    _land(empty_warehouse)
    entry = _entry(empty_warehouse)
    assert not empty_warehouse.value(
        "select exists (select from information_schema.columns where column_name = 'statement_text')"
    )
    with archive.restored(entry.files[0]["sha256"], "statements.csv") as path:
        assert b"S1" in path.read_bytes()
        assert b"Zorvane" not in path.read_bytes()


def test_landing_the_same_again_does_nothing(empty_warehouse):
    deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    _land(empty_warehouse)
    assert "landed already" in _land(empty_warehouse)
    assert empty_warehouse.value("select count(*) from ops.batch") == 1


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda path: path.write_text(path.read_text() + "S9,x,y\n"), "3 fields where the header has 16"),
        (lambda path: path.write_text(path.read_text() + '"S9,Zorvane\n'), "a quote that never closes"),
        (lambda path: path.write_bytes(path.read_bytes() + b"S9\0" + b"," * 15 + b"\n"), "a NUL byte"),
        (lambda path: path.write_text(""), "the file is empty"),
        (lambda path: path.unlink(), "no file of source momo"),
    ],
)
def test_a_broken_file_lands_nothing_and_says_why_in_the_ledger(empty_warehouse, spoil, what):
    folder = deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS}, manifest=False)
    spoil(folder / "statements.csv")
    with pytest.raises(LandingError, match=what) as caught:
        land_night(NIGHT)
    assert "\n" not in str(caught.value)
    assert "Zorvane" not in str(caught.value)
    assert empty_warehouse.value("select count(*) from pg_tables where schemaname = 'landing'") == 0
    assert empty_warehouse.rows("select state from ops.batch where state <> 'refused'") == []


def test_a_broken_record_without_dropped_columns_is_found_by_copy_and_named(empty_warehouse):
    folder = deliver(empty_warehouse.drop, "cssu", NIGHT, manifest=False)
    path = folder / "escalations.csv"
    path.write_text(path.read_text() + "X1,P1,W1,2026-01-01,Y,DRIFT,,,\nX2,Zorvane\n")
    with pytest.raises(DeliveryError, match=r"escalations\.csv, record 2: 2 fields where the header has 9"):
        _land(empty_warehouse, "cssu")
    assert empty_warehouse.value("select count(*) from pg_tables where schemaname = 'landing'") == 0
    assert empty_warehouse.rows("select state, reason like '%%record 2%%' from ops.batch") == [("refused", True)]


def test_a_manifest_that_lies_is_refused(empty_warehouse):
    folder = deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    manifest = folder / "manifest.json"
    said = manifest.read_text()
    manifest.write_text(said.replace('"rows": 3', '"rows": 4'))
    with pytest.raises(DeliveryError, match="3 records where the manifest promises 4"):
        _land(empty_warehouse)
    manifest.write_text(said)
    (folder / "statements.csv").write_text((folder / "statements.csv").read_text() + "\n")
    with pytest.raises(DeliveryError, match="its sha256 is not the one in the manifest"):
        _land(empty_warehouse)


def test_a_broken_delivery_of_a_return_is_refused_and_the_night_goes_on(empty_warehouse):
    deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    folder = deliver(empty_warehouse.drop, "ssda903", date(2026, 3, 1), manifest=False)
    (folder / "2021-reviews.csv").write_text("child\n1\n")
    lines = land_night(NIGHT)
    assert any("required column review, review_code of ssda903.reviews is missing" in line for line in lines)
    assert sorted(empty_warehouse.rows("select source, state from ops.batch")) == [
        ("momo", "landed"),
        ("ssda903", "refused"),
    ]


def test_a_landing_table_the_server_emptied_is_landed_again_from_the_archive(empty_warehouse):
    folder = deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    _land(empty_warehouse)
    entry = _entry(empty_warehouse)
    table = f"landing.momo_statements_{entry.batch_id}"
    before = empty_warehouse.rows(f"select * from {table} order by _record")
    empty_warehouse.rows(f"with gone as (delete from {table} returning 1) select count(*) from gone")
    (folder / "statements.csv").unlink()
    ensure_landed(entry)
    assert empty_warehouse.rows(f"select * from {table} order by _record") == before


def test_a_landing_table_that_can_not_be_landed_again_is_an_error_not_a_deletion(empty_warehouse):
    deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    _land(empty_warehouse)
    entry = _entry(empty_warehouse)
    empty_warehouse.rows(
        f"with gone as (delete from landing.momo_statements_{entry.batch_id} returning 1) select count(*) from gone"
    )
    archive.archived_path(entry.files[0]["sha256"]).unlink()
    with pytest.raises(DeliveryError, match="the archive has no file"):
        ensure_landed(entry)


def test_the_archive_is_for_its_owner_alone(empty_warehouse):
    deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": STATEMENTS})
    _land(empty_warehouse)
    path = archive.archived_path(_entry(empty_warehouse).files[0]["sha256"])
    assert path.is_relative_to(settings().archive_folder)
    assert path.stat().st_mode & 0o077 == 0
