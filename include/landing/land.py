"""Stream delivered files into the landing tables of their batch, and open the batch in the ledger."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from include.contract.fingerprints import contract_fingerprint, rule_fingerprint
from include.contract.model import Table, source
from include.contract.relations import landing_dropped, landing_name, landing_table, table_dropped, typed_table
from include.feeds import csv_file, ssd_database
from include.feeds.batches import Batch, Delivered, batches_for, delivery_sha256, find_batches
from include.feeds.errors import IN_FUTURE, REPEATED, DeliveryError, NotDelivered, check_rows, check_sha256
from include.feeds.readiness import delivery_state
from include.history import ledger
from include.landing import archive
from include.run_date import newest_closed_day, today
from include.settings import settings
from include.warehouse.connection import Role, advisory_lock, connect
from include.warehouse.errors import WarehouseError
from include.warehouse.migrate import derive_from_contract

log = logging.getLogger(__name__)


class LandingError(Exception):
    """A delivery that a night can't do without could not be landed; one line per batch says why."""


@dataclass(frozen=True)
class _File:
    delivered: Delivered
    scanned: csv_file.Scan
    header: csv_file.Header


def land_night(run_date: date) -> list[str]:
    """Land every delivery that the night of `run_date` takes; what is landed or recorded already stays as it is.

    Returns one line per batch. Raises LandingError when the night's own delivery of a nightly source can't be read or
    isn't ready; any other is refused in the ledger, or left for a later night, and the night goes on without it.
    """
    derive_from_contract()
    lines, refused = [], []
    for source_name, batch_date in _deliveries_for(run_date):
        needed = source(source_name).cadence == "nightly" and batch_date == run_date
        folder = _folder(source_name, batch_date)
        if folder.is_dir() and (why := delivery_state(folder, datetime.now(UTC))):
            line = f"{source_name} {batch_date}: not ready: {why}. Wait for the copy to end, or deliver it again"
            (refused if needed else lines).append(line)
            continue
        if _is_settled(source_name, batch_date):
            lines.append(f"{source_name} {batch_date}: its documents are those taken apart already")
            continue
        try:
            with delivered_batches(source_name, batch_date) as batches:
                for batch in batches:
                    lines.append(land_batch(batch))
        except NotDelivered as error:
            awaited = needed and source_name in settings().awaited_sources
            (refused if awaited else lines).append(f"{source_name} {batch_date}: {error}")
        except DeliveryError as error:
            log.error("refused: %s", error)
            if needed:
                refused.append(str(error))
            else:
                lines.append(f"{source_name} {batch_date}: refused: {error}")
    if refused:
        raise LandingError("; ".join(refused))
    for line in lines:
        log.info("%s", line)
    return lines


def _is_settled(source_name: str, batch_date: date) -> bool:
    """Need the documents of a delivery not be taken apart, for the ledger has all that is in them?"""
    digest = delivery_sha256(settings().drop_folder, source_name, batch_date)
    if digest is None:
        return False
    with connect(Role.LOADER, "reading the ledger") as connection:
        return ledger.is_settled(connection, source_name, batch_date, digest, contract_fingerprint(source_name))


@contextmanager
def delivered_batches(source_name: str, batch_date: date, *, by_hand: bool = False) -> Iterator[list[Batch]]:
    """The batches of one delivery, their files there for as long as the block lasts.

    From the drop folder; ssd, where it comes from a database, as `_of_database` finds it. Raises NotDelivered when
    there is none; DeliveryError for one that is wrong as a whole, after noting in the ledger that it was refused: under
    the slice `all`, for which of its slices can't be told.
    """
    folder = _folder(source_name, batch_date)
    with ExitStack() as stack:
        try:
            if not ssd_database.is_feed_of(source_name):
                batches = find_batches(settings().drop_folder, source_name, batch_date, _workspace(stack))
            else:
                batches = stack.enter_context(_of_database(source_name, batch_date, by_hand=by_hand))
        except NotDelivered:
            raise
        except DeliveryError as error:
            _refuse(Batch(source(source_name), batch_date, "all", str(folder), ()), "", error.of_source(source_name))
            raise
        yield batches


def _workspace(stack: ExitStack) -> Path:
    """A folder of this run's own, gone at the end of the stack; nobody else may read what is in it."""
    return Path(stack.enter_context(TemporaryDirectory(prefix="permanence-")))


@contextmanager
def _of_database(source_name: str, batch_date: date, *, by_hand: bool) -> Iterator[list[Batch]]:
    """The batch of a day of a source that comes from a database.

    The database speaks of the newest day that is over, and is read for it once: what was landed of a day is taken from
    the archive when its night runs again, whatever the database says by then. It is read again where that batch was
    refused, stopped or withdrawn, and `by_hand`. Of an older day there is what the archive has, or a delivery in the
    drop folder.
    """
    folder, now_is_of = _folder(source_name, batch_date), newest_closed_day()
    if folder.is_dir():
        if batch_date == now_is_of:
            raise DeliveryError(
                str(folder),
                f"{ssd_database.place()} delivers this day",
                f"Take the folder away, or unset {ssd_database.VARIABLE}",
            )
        with ExitStack() as stack:
            yield find_batches(settings().drop_folder, source_name, batch_date, _workspace(stack))
        return
    with connect(Role.LOADER, "reading the ledger") as connection:
        latest = ledger.latest(connection, source_name, "all", batch_date)
        landed = ledger.of_date(connection, source_name, batch_date)
    taken = latest is not None and latest.state in {"landed", "passed", "recorded"}
    with ExitStack() as stack:
        if batch_date == now_is_of and (by_hand or not taken):
            yield [stack.enter_context(ssd_database.delivery(batch_date, vouched=by_hand))]
        elif landed:
            yield [stack.enter_context(_archived_batch(entry)) for entry in landed]
        else:
            raise NotDelivered(
                ssd_database.place(),
                f"it speaks of {now_is_of} and of no other day, and the ledger has nothing of {batch_date}",
                f"Deliver that day's export as files in {folder}",
            )


def _deliveries_for(run_date: date) -> list[tuple[str, date]]:
    """Source and date of each delivery a night looks at: those in the drop folder, and its own of a database."""
    found = set(batches_for(settings().drop_folder, run_date, today()))
    if ssd_database.is_feed_of(ssd_database.SOURCE):
        found.add((ssd_database.SOURCE, run_date))
    return sorted(found)


def _folder(source_name: str, batch_date: date) -> Path:
    return settings().drop_folder / source_name / batch_date.isoformat()


def land_batch(batch: Batch, *, by_hand: bool = False) -> str:
    """Land one batch in one transaction; returns a line that says what became of it.

    The same content is not landed twice: neither where history stands on it, nor where it is landed and waits, nor
    where it was withdrawn. `by_hand` somebody asked for it: then what was withdrawn comes back, and what a changed
    contract or rule reads differently is landed again. Raises DeliveryError, after noting the refusal in the ledger,
    when a file can't be read, isn't what its manifest promises, or isn't of the day it is dated.
    """
    content = None
    try:
        if batch.batch_date > today():
            raise DeliveryError(
                batch.place, "its date is in the future", "Move it to the day it speaks of", claim=IN_FUTURE
            )
        files = [_examine(delivered) for delivered in batch.files]
        content = _content_sha256({file.delivered.table.name: file.scanned.sha256 for file in files})
        with connect(Role.LOADER, f"landing {batch.label}") as connection:
            advisory_lock(connection, f"landing {batch.source.name}")
            entry = _entry(batch, files, content, 0)
            if done := _nothing_to_land(connection, entry, by_hand=by_hand):
                return done
            _refuse_yesterdays_files(connection, batch, content)
            entry = replace(entry, batch_id=ledger.next_batch_id(connection))
            _drop_unrecorded(connection, entry)
            _make_tables(connection, entry)
            entry = _fill(connection, entry, files)
            ledger.append(connection, entry)
    except DeliveryError as error:
        _refuse(batch, content or "", error.of_source(batch.source.name))
        raise
    dropped = sum(len(file["dropped_columns"]) for file in entry.files)
    told = f", {dropped} unknown or never stored columns dropped" if dropped else ""
    others = f", {len(batch.other_files)} files not of this source ignored" if batch.other_files else ""
    missing = f"; no file of {', '.join(batch.missing)}" if batch.missing else ""
    return f"{batch.label}: landed {entry.record_count} records of {len(entry.files)} files{told}{others}{missing}"


def land_archived(entry: ledger.Entry) -> str:
    """Land a batch of the ledger again, from the archive: to undo a correction or a withdrawal.

    Raises DeliveryError when the archive lacks a file.
    """
    with _archived_batch(entry) as archived:
        return land_batch(archived, by_hand=True)


@contextmanager
def _archived_batch(entry: ledger.Entry) -> Iterator[Batch]:
    """A batch of the ledger, unpacked from the archive for as long as the block lasts."""
    with _archived(entry) as files:
        place = str(settings().archive_folder)
        yield Batch(source(entry.source), entry.batch_date, entry.slice, place, files, dated_by_manifest=True)


@contextmanager
def _archived(entry: ledger.Entry) -> Iterator[tuple[Delivered, ...]]:
    """The files of a batch, unpacked from the archive for as long as the block lasts."""
    contract = source(entry.source)
    with ExitStack() as stack:
        yield tuple(
            Delivered(
                contract.table(file["table"]),
                stack.enter_context(archive.restored(file["sha256"], file["file"])),
                kept_as=file["sha256"],
            )
            for file in entry.files
        )


def _nothing_to_land(connection: psycopg.Connection, entry: ledger.Entry, *, by_hand: bool) -> str | None:
    """Why the batch need not be landed, as a line; None when it must be.

    Where history stands on it, what came in between and is not recorded gives way to it.
    """
    decided = ledger.decided(connection, entry.source, entry.slice, entry.batch_date)
    latest = ledger.latest(connection, entry.source, entry.slice, entry.batch_date)

    def same(other: ledger.Entry) -> bool:
        # by hand, what a changed contract or rule reads differently is not the same
        return other.fingerprint == entry.fingerprint if by_hand else other.content_sha256 == entry.content_sha256

    if latest and latest.state in {"landed", "passed"} and same(latest):
        return f"{entry.label}: landed already, {latest.record_count} records"
    if decided and decided.state == "recorded" and same(decided):
        if not ledger.is_last(connection, decided):
            # a correction that waits or was stopped is none any more: it must not be let through later
            _drop_unrecorded(connection, entry)
            ledger.append(connection, replace(decided, reason="delivered again: it stands, not what came in between"))
        return f"{entry.label}: recorded already, {decided.record_count} records"
    if decided and decided.state == "withdrawn" and not by_hand and same(decided):
        return f"{entry.label}: stays withdrawn ({decided.reason}); make land would bring it back"
    return None


def _refuse_yesterdays_files(connection: psycopg.Connection, batch: Batch, content: str) -> None:
    """Raise DeliveryError when a night's files are those of an earlier night, and no manifest vouches for the date."""
    if batch.source.cadence != "nightly" or batch.dated_by_manifest:
        return
    before = connection.execute(
        "select batch_date from ops.batch_standing where source = %s and batch_date < %s and content_sha256 = %s "
        "and record_count > 0 and batch_date = (select max(batch_date) from ops.batch_standing "
        "where source = %s and batch_date < %s)",
        (batch.source.name, batch.batch_date, content, batch.source.name, batch.batch_date),
    ).fetchone()
    if before:
        raise DeliveryError(
            batch.place,
            f"its files are those of {before[0]}, byte for byte",
            "Deliver the export of this day; if nothing has changed since, a manifest with this batch_date says so "
            "(of a database: make land)",
            claim=REPEATED,
        )


def _drop_unrecorded(connection: psycopg.Connection, entry: ledger.Entry) -> None:
    """Drop what an earlier delivery of the same batch left in landing: this one takes its place."""
    latest = ledger.latest(connection, entry.source, entry.slice, entry.batch_date)
    if latest and latest.state in ledger.WAITING:
        for statement in landing_dropped(source(entry.source), latest.batch_id):
            connection.execute(statement)


def ensure_landed(entry: ledger.Entry) -> None:
    """Land a batch again, from the archive, when its landing tables no longer hold what the ledger says.

    An unlogged table is empty after the server stopped at once. Raises DeliveryError when the archive lacks a file.
    """
    with connect(Role.LOADER, f"counting landed records of {entry.label}") as connection:
        if _counts(connection, entry) == {file["table"]: file["records"] for file in entry.files}:
            return
    log.warning("%s: landing tables don't hold what was landed; landing again from the archive", entry.label)
    with _archived(entry) as files, connect(Role.LOADER, f"landing {entry.label} again") as connection:
        advisory_lock(connection, f"landing {entry.source}")
        # counting first: it waits for a run that is about to have recorded the batch, and the ledger then says so
        if _counts(connection, entry) == {file["table"]: file["records"] for file in entry.files}:
            return
        latest = ledger.latest(connection, entry.source, entry.slice, entry.batch_date)
        if latest is None or latest.batch_id != entry.batch_id or latest.state not in ledger.WAITING:
            return  # another run has recorded it meanwhile, or something else has taken its place
        # the failing records that gate 1 found stay: they are in a logged table of their own
        for table in source(entry.source).tables:
            for statement in table_dropped(table, entry.batch_id):
                connection.execute(statement)
        _make_tables(connection, entry)
        _fill(connection, entry, [_examine(file) for file in files])


def _make_tables(connection: psycopg.Connection, entry: ledger.Entry) -> None:
    for table in source(entry.source).tables:
        connection.execute(landing_table(table, entry.batch_id))


def read_landed(connection: psycopg.Connection, entry: ledger.Entry) -> None:
    """Read what was copied into typed tables, once for all who ask: on every processor, where it is worth one's while.

    The planner does not know what a cast costs. Of less than 256 kB, some thousand records, a worker takes longer to
    start than it saves.
    """
    connection.execute(
        "set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0; "
        "set local min_parallel_table_scan_size = '256kB'"
    )
    for table in source(entry.source).tables:
        connection.execute(typed_table(table, entry.batch_id))


def _examine(delivered: Delivered) -> _File:
    """Read a file's bytes once and its header. Raises DeliveryError for what can be told before landing."""
    scanned = csv_file.scan(delivered.path)
    check_sha256(delivered.path, delivered.promised_sha256, scanned.sha256)
    header = csv_file.read_header(delivered.path, delivered.table, scanned)
    if scanned.nul or scanned.odd_quotes:
        raise csv_file.diagnose(delivered.path, scanned, header)
    if delivered.kept_as:
        scanned = replace(scanned, sha256=delivered.kept_as)
    return _File(delivered, scanned, header)


def _content_sha256(by_table: dict[str, str]) -> str:
    return hashlib.sha256("".join(f"{name}:{sha}\n" for name, sha in sorted(by_table.items())).encode()).hexdigest()


def _entry(batch: Batch, files: list[_File], content: str, batch_id: int) -> ledger.Entry:
    return ledger.Entry(
        batch_id=batch_id,
        source=batch.source.name,
        slice=batch.slice,
        batch_date=batch.batch_date,
        state="landed",
        files=[
            {
                "table": file.delivered.table.name,
                "file": file.delivered.path.name,
                "records": 0,
                "bytes": file.scanned.size,
                "sha256": file.scanned.sha256,
                "encoding": file.scanned.encoding,
                "dropped_columns": file.header.dropped,
                **({"delivery_sha256": batch.delivery_sha256} if batch.delivery_sha256 else {}),
            }
            for file in files
        ],
        record_count=0,
        quarantined=0,
        duplicates=0,
        keyless=0,
        content_sha256=content,
        contract_fingerprint=contract_fingerprint(batch.source.name),
        rule_fingerprint=rule_fingerprint("landing"),
    )


def _fill(connection: psycopg.Connection, entry: ledger.Entry, files: list[_File]) -> ledger.Entry:
    """Copy each file into its landing table, read it and keep it; returns the entry with the records counted."""
    counted = []
    for number, (file, about) in enumerate(zip(files, entry.files, strict=True)):
        records = _copy(connection, entry.batch_id, number, file)
        if error := csv_file.changed(file.delivered.path, file.scanned):
            raise error
        check_rows(file.delivered.path, file.delivered.promised_rows, records)
        counted.append(about | {"records": records})
    read_landed(connection, entry)
    for file in files:
        archive.store(file.delivered.path, file.scanned, file.header)
    return replace(entry, files=counted, record_count=sum(file["records"] for file in counted))


def _copy(connection: psycopg.Connection, batch_id: int, number: int, file: _File) -> int:
    """COPY one file's records; returns how many. Records number from 1 in each file."""
    table: Table = file.delivered.table
    name = f"landing.{landing_name(table, batch_id)}"
    connection.execute(f"alter table {name} alter column _file set default {number}, alter column _record restart")
    columns = ", ".join(column.name for column in file.header.kept)
    options = csv_file.copy_options(file.scanned, file.header)
    try:
        with connection.cursor() as cursor:
            with cursor.copy(f"copy {name} ({columns}) from stdin with ({options})") as copy:
                for block in csv_file.stream(file.delivered.path, file.scanned, file.header):
                    copy.write(block)
            return cursor.rowcount
    except psycopg.DataError:
        # PostgreSQL's message prints the line; ours says which record it is
        raise csv_file.diagnose(file.delivered.path, file.scanned, file.header) from None
    except psycopg.Error as error:
        raise WarehouseError(f"copying {file.delivered.path.name}", error.sqlstate) from None


def _counts(connection: psycopg.Connection, entry: ledger.Entry) -> dict[str, int]:
    """Records by table of the landing tables that are there."""
    counts = {}
    for file in entry.files:
        name = landing_name(source(entry.source).table(file["table"]), entry.batch_id)
        # another run may record the batch and drop its tables at any moment: only the count itself tells
        with suppress(psycopg.errors.UndefinedTable), connection.transaction():
            counts[file["table"]] = connection.execute(f"select count(*) from landing.{name}").fetchone()[0]
    return counts


def _refuse(batch: Batch, content: str, error: DeliveryError) -> None:
    """Note in the ledger that a delivery was refused, and why, once per content and reason.

    What an earlier delivery of the batch left in landing goes: this one took its place.
    """
    with connect(Role.LOADER, f"noting the refusal of {batch.label}") as connection:
        advisory_lock(connection, f"landing {batch.source.name}")
        latest = ledger.latest(connection, batch.source.name, batch.slice, batch.batch_date)
        known = (latest.state, latest.content_sha256, latest.reason) if latest else None
        if known == ("refused", content, str(error)):
            return
        entry = _entry(batch, [], content, ledger.next_batch_id(connection))
        _drop_unrecorded(connection, entry)
        ledger.append(connection, replace(entry, state="refused", reason=str(error)))
