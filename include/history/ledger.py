"""The ledger `ops.batch`: what happened to each batch, in order. Rows are only ever added."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

import psycopg
from psycopg.rows import class_row

from include.contract.model import sources

_COLUMNS = (
    "batch_id, source, slice, batch_date, state, files, record_count, quarantined, duplicates, keyless, "
    "content_sha256, contract_fingerprint, rule_fingerprint, reason"
)


class NoSuchBatch(Exception):
    """The ledger has no batch of that source, slice, date or fingerprint; says which it has."""


WAITING = frozenset({"landed", "passed", "stopped"})
"""States of a batch whose records stand in landing and not yet in history."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a batch. `files`: per file its table, name, records, bytes, sha256, encoding.

    And, of a table taken out of a document, the sha256 of the delivery it came in.
    """

    batch_id: int
    source: str
    slice: str
    batch_date: date
    state: str
    files: list[dict]
    record_count: int
    quarantined: int
    duplicates: int
    keyless: int
    content_sha256: str
    contract_fingerprint: str
    rule_fingerprint: str
    reason: str | None = None

    @property
    def fingerprint(self) -> str:
        """What makes it the same batch: its content, and the contract and rules it was landed with. 12 hex digits."""
        parts = self.content_sha256 + self.contract_fingerprint + self.rule_fingerprint
        return hashlib.sha256(parts.encode()).hexdigest()[:12]

    @property
    def label(self) -> str:
        """How messages and logs name the batch."""
        part = "" if self.slice == "all" else f" slice {self.slice}"
        return f"{self.source} {self.batch_date}{part}"


def append(connection: psycopg.Connection, entry: Entry) -> None:
    """Add an entry to the ledger."""
    values = asdict(entry) | {"files": json.dumps(entry.files)}
    connection.execute(
        f"insert into ops.batch ({_COLUMNS}) values ("
        + ", ".join(f"%({name.strip()})s" for name in _COLUMNS.split(","))
        + ")",
        values,
    )


def next_batch_id(connection: psycopg.Connection) -> int:
    """A new number for a batch."""
    return connection.execute("select nextval('ops.batch_number')").fetchone()[0]


def _entries(connection: psycopg.Connection, query: str, values: tuple) -> list[Entry]:
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        return cursor.execute(query, values).fetchall()


def _entry(connection: psycopg.Connection, query: str, values: tuple) -> Entry | None:
    found = _entries(connection, query, values)
    return found[0] if found else None


def latest(connection: psycopg.Connection, source: str, slice_: str, batch_date: date) -> Entry | None:
    """The last thing that happened to that source's batch of that slice and date."""
    return _entry(
        connection,
        f"select {_COLUMNS} from ops.batch_latest where source = %s and slice = %s and batch_date = %s",
        (source, slice_, batch_date),
    )


def all_latest(connection: psycopg.Connection, source: str | None, newest: int | None) -> list[Entry]:
    """The last thing that happened to each batch, in order of date; of one source, and the newest so many, if given.

    A delivery refused as a whole (slice `all`) is told until something else becomes of what it should have been.
    """
    return _entries(
        connection,
        f"select * from (select {_COLUMNS} from ops.batch_latest as b where (%s::text is null or source = %s) "
        "and not (state = 'refused' and slice = 'all' and exists (select from ops.batch as later "
        "where later.source = b.source and later.batch_date = b.batch_date and later.entry_id > b.entry_id)) "
        "order by batch_date desc, source desc, slice desc limit %s) as newest order by batch_date, source, slice",
        (source, source, newest),
    )


def of_date(connection: psycopg.Connection, source: str, batch_date: date) -> list[Entry]:
    """The last thing that happened to each batch of that source and date that was ever landed, by slice."""
    return _entries(
        connection,
        f"select distinct on (slice) {_COLUMNS} from ops.batch where source = %s and batch_date = %s "
        "and state <> 'refused' order by slice, entry_id desc",
        (source, batch_date),
    )


def is_settled(
    connection: psycopg.Connection, source: str, batch_date: date, delivery_sha256: str, contract_fingerprint: str
) -> bool:
    """Is all that a delivery of documents holds recorded or withdrawn, as it was read under that contract?"""
    (settled,) = connection.execute(
        "select coalesce(bool_and(state in ('recorded', 'withdrawn') and contract_fingerprint = %s "
        "and files @> jsonb_build_array(jsonb_build_object('delivery_sha256', %s::text))), false) "
        "from ops.batch_latest where source = %s and batch_date = %s",
        (contract_fingerprint, delivery_sha256, source, batch_date),
    ).fetchone()
    return settled


def by_fingerprint(connection: psycopg.Connection, source: str, batch_date: date, fingerprint: str) -> Entry:
    """What was once landed of that source and date, by its fingerprint or the first digits of it.

    Raises NoSuchBatch naming those that the ledger has.
    """
    landed = _entries(
        connection,
        f"select {_COLUMNS} from ops.batch where source = %s and batch_date = %s and state = 'landed' "
        "order by entry_id desc",
        (source, batch_date),
    )
    known = {entry.fingerprint: entry for entry in landed}
    found = [entry for of_entry, entry in known.items() if of_entry.startswith(fingerprint.lower())]
    if len(found) != 1:
        raise NoSuchBatch(
            f"{source} {batch_date}: {len(found)} batches have the fingerprint {fingerprint}; "
            f"the ledger has {', '.join(known) or 'none of that date'}"
        )
    return found[0]


def decided(connection: psycopg.Connection, source: str, slice_: str, batch_date: date) -> Entry | None:
    """The last decision on that batch: recorded or withdrawn."""
    return _entry(
        connection,
        f"select {_COLUMNS} from ops.batch where source = %s and slice = %s and batch_date = %s "
        "and state in ('recorded', 'withdrawn') order by entry_id desc limit 1",
        (source, slice_, batch_date),
    )


def standing(connection: psycopg.Connection, source: str, slice_: str, batch_date: date) -> Entry | None:
    """The batch of that slice and date on which history stands."""
    found = decided(connection, source, slice_, batch_date)
    return found if found and found.state == "recorded" else None


def is_last(connection: psycopg.Connection, entry: Entry) -> bool:
    """Is a batch that is recorded the last thing that happened to its slice and date, or to the delivery it came in?"""
    (later,) = connection.execute(
        "select exists (select from ops.batch where source = %s and batch_date = %s and slice in (%s, 'all') "
        "and entry_id > (select max(entry_id) from ops.batch where batch_id = %s and state = 'recorded'))",
        (entry.source, entry.batch_date, entry.slice, entry.batch_id),
    ).fetchone()
    return not later


def judged_since(connection: psycopg.Connection, source: str, slices: list[str], first: date) -> list[Entry]:
    """The batches of `slices` that gate 1 has judged, of dates from `first` on, in order of slice and date.

    Of a date it can be two: the one that history stands on, and a correction that waits or was stopped.
    """
    return _entries(
        connection,
        f"select {_COLUMNS} from (select {_COLUMNS} from ops.batch_latest where state in ('passed', 'stopped') "
        f"union all select {_COLUMNS} from ops.batch_standing) as judged "
        "where source = %s and slice = any(%s) and batch_date >= %s order by slice, batch_date, batch_id",
        (source, slices, first),
    )


def slices_of(connection: psycopg.Connection, source: str) -> list[str]:
    """The slices of a source that were ever delivered."""
    found = connection.execute("select distinct slice from ops.batch where source = %s order by slice", (source,))
    return [slice_ for (slice_,) in found]


_LET_THROUGH = (
    "state = 'passed' and exists (select from ops.batch as before "
    "where before.batch_id = b.batch_id and before.state = 'stopped')"
)


def let_through(connection: psycopg.Connection, source: str) -> list[Entry]:
    """The batches of a source that gate 1 had stopped, has let through since, and that are not recorded yet."""
    return _entries(
        connection,
        f"select {_COLUMNS} from ops.batch_latest as b where source = %s and {_LET_THROUGH} order by batch_date, slice",
        (source,),
    )


def pending(connection: psycopg.Connection, run_date: date, states: tuple[str, ...]) -> list[Entry]:
    """Batches a night of `run_date` has landed and not yet recorded, in one of `states`.

    Of nightly sources that day's own; of the others everything up to it; and of both what was stopped and has been let
    through since, for the night that it was of is over.
    """
    nightly = [name for name, contract in sources().items() if contract.cadence == "nightly"]
    return _entries(
        connection,
        f"select {_COLUMNS} from ops.batch_latest as b where state = any(%s) and (batch_date = %s "
        f"or (batch_date < %s and source <> all(%s)) or ({_LET_THROUGH})) order by source, batch_date, slice",
        (list(states), run_date, run_date, nightly),
    )
