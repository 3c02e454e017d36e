"""The ledger `ops.batch`: what happened to each batch, in order. Rows are only ever added."""

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


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a batch. `files`: per file its table, name, records, bytes, sha256, encoding."""

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


def latest(connection: psycopg.Connection, source: str, slice_: str, batch_date: date) -> Entry | None:
    """The last thing that happened to that source's batch of that slice and date."""
    found = _entries(
        connection,
        f"select {_COLUMNS} from ops.batch_latest where source = %s and slice = %s and batch_date = %s",
        (source, slice_, batch_date),
    )
    return found[0] if found else None


def standing(connection: psycopg.Connection, source: str, slice_: str, batch_date: date) -> Entry | None:
    """The batch of that slice and date on which history stands."""
    found = _entries(
        connection,
        f"select {_COLUMNS} from ops.batch_standing where source = %s and slice = %s and batch_date = %s",
        (source, slice_, batch_date),
    )
    return found[0] if found else None


def pending(connection: psycopg.Connection, run_date: date, states: tuple[str, ...]) -> list[Entry]:
    """Batches a night of `run_date` has landed and not yet recorded, in one of `states`.

    Of nightly sources that day's own; of the others everything up to it.
    """
    nightly = [name for name, contract in sources().items() if contract.cadence == "nightly"]
    return _entries(
        connection,
        f"select {_COLUMNS} from ops.batch_latest where state = any(%s) and (batch_date = %s "
        "or (batch_date < %s and source <> all(%s))) order by source, batch_date, slice",
        (list(states), run_date, run_date, nightly),
    )


def known_batches(connection: psycopg.Connection, known_on: date) -> list[int]:
    """Numbers of the batches that history stands on, as far as they were known on that day, in order."""
    rows = connection.execute(
        "select batch_id from ops.batch_standing where batch_date <= %s order by batch_id", (known_on,)
    )
    return [row[0] for row in rows]
