"""ssd from a PostgreSQL schema that holds the ssd_ tables: the tables as CSV files, all from one snapshot.

From then on they are a delivery like any other. Nothing is written there, and what is never stored isn't asked for.
A database only knows how things are now: it speaks of the newest day that is over, and of no other.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import ExecStatus

from include.contract.model import Table, source
from include.feeds.batches import Batch, Delivered
from include.feeds.csv_file import BLOCK, columns_of
from include.feeds.errors import DeliveryError, NotDelivered
from include.settings import settings

log = logging.getLogger(__name__)

SOURCE = "ssd"
VARIABLE = "PERMANENCE_SSD_DATABASE_URL"
RUNBOOK = "docs/runbooks/ssd-from-a-database.md"

# For one transaction, so that a connection pool before the server has nothing left of it. Dates in ISO form; names
# mean PostgreSQL's own; rows in the order in which they lie, so that a table that nobody touched reads as the same
# bytes; and an error, not a part of the rows, where a policy may hide some: they would read as records deleted.
_FOR_THE_TRANSACTION = """
set local datestyle = 'ISO, YMD';
set local search_path = pg_catalog;
set local synchronize_seqscans = off;
set local max_parallel_workers_per_gather = 0;
set local row_security = off;
set local lock_timeout = '5min';
set local statement_timeout = '30min';
set local idle_in_transaction_session_timeout = '10min'
"""

_RELATIONS = """
select c.relname::text, c.relkind::text, has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'),
    array_agg(a.attname::text order by a.attnum),
    array_agg(coalesce(nullif(t.typbasetype, 0), t.oid)::bigint order by a.attnum)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type as t on t.oid = a.atttypid
where n.nspname = %s and lower(c.relname) = any(%s) and c.relkind in ('r', 'p', 'v', 'm', 'f')
group by n.oid, c.oid, c.relname, c.relkind
order by c.relname
"""

_BOOLEAN, _MOMENT = (psycopg.adapters.types[name].oid for name in ("bool", "timestamptz"))

_REMEDIES = {
    "25006": "It only reads: look for what the view or policy of that table writes",
    "42501": "Grant its role usage on the schema and select on the ssd_ tables; no row policy may apply to it",
    "42P01": "The extract is making its tables anew: try again once it has ended",
    "55P03": "The extract is writing its tables: try again once it has ended",
}


@dataclass(frozen=True)
class _Address:
    """Where the tables are. The password stands in `conninfo` and nowhere else."""

    conninfo: str = field(repr=False)
    user: str
    database: str
    schema: str

    @property
    def place(self) -> str:
        """How messages and the ledger name it."""
        return f"{self.database}, schema {self.schema}"


@dataclass(frozen=True)
class _Relation:
    """A table or view of the schema."""

    name: str
    kind: str
    readable: bool
    columns: tuple[str, ...]
    types: tuple[int, ...]


@dataclass(frozen=True)
class _Selection:
    """What is read of a table of the contract: columns of the relation that holds it."""

    table: Table
    relation: sql.Identifier
    can_be_locked: bool
    columns: sql.Composed


def is_feed_of(source_name: str) -> bool:
    """Does that source come from a database?"""
    return source_name == SOURCE and settings().ssd_database_url is not None


def place() -> str:
    """Where ssd comes from, as messages name it. Raises NotDelivered when the setting can't be read."""
    return _address().place


def state() -> str | None:
    """None when the database lets us in and has the tables and columns that must be there; otherwise why not."""
    try:
        address = _address()
        with _connected(address) as connection, _transaction(connection):
            _selections(connection, address)
    except DeliveryError as error:
        return str(error)
    return None


@contextmanager
def delivery(batch_date: date, *, vouched: bool) -> Iterator[Batch]:
    """What the database holds, as the batch of a day; its files are there for as long as the block lasts.

    `vouched`: somebody says that it speaks of that day, even if nothing has changed since the day before. Raises
    DeliveryError for a table or column that is missing, NotDelivered when the database doesn't let us in or read.
    """
    address = _address()
    with tempfile.TemporaryDirectory(prefix="permanence-ssd-") as folder:
        yield Batch(
            source(SOURCE), batch_date, "all", address.place, _read(address, Path(folder)), dated_by_manifest=vouched
        )


def _address() -> _Address:
    """The setting, read. Of one that can't be, nothing is shown: a password that isn't encoded may stand anywhere."""
    url = settings().ssd_database_url.get_secret_value()
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        ours = urlencode([(name, value) for name, value in query if name != "schema"], quote_via=quote)
        conninfo = urlunsplit(parts._replace(query=ours))
        known = conninfo_to_dict(conninfo)
        host, port, database = (str(known.get(name) or "") for name in ("host", "port", "dbname"))
        odd = "@" in host or port.strip("0123456789,") or set("@/") & set(database) or parts.fragment
        if odd or not database:
            raise ValueError
    except (ValueError, psycopg.ProgrammingError):
        raise NotDelivered(
            VARIABLE,
            "it does not read postgresql://user:password@host:port/database?schema=name",
            f"Write it so, the password's special characters as %40 and the like; {RUNBOOK}",
        ) from None
    schema = next((value for name, value in query if name == "schema" and value), "public")
    on = f" on {host}{f':{port}' if port else ''}" if host else ""
    return _Address(conninfo, str(known.get("user") or "the operating system's"), f"database {database}{on}", schema)


@contextmanager
def _connected(address: _Address) -> Iterator[psycopg.Connection]:
    """A connection whose transactions only read, each from one snapshot.

    Raises NotDelivered, without PostgreSQL's own message, which may quote a record, for whatever it refuses.
    """
    try:
        connection = psycopg.connect(
            address.conninfo,
            connect_timeout=10,
            keepalives_idle=60,
            application_name="permanence_ssd",
            client_encoding="utf8",
        )
    except psycopg.Error as error:
        # said before anything was read: it names host, user and reason
        raise NotDelivered(
            address.place,
            f"it does not let user {address.user} in: {_without_password(str(error), address)}",
            f"Put {VARIABLE} right, or have the server let it in; {RUNBOOK}",
        ) from None
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            yield connection
        except psycopg.Error as error:
            said = f"{error.sqlstate} ({type(error).__name__})" if error.sqlstate else "the connection is lost"
            raise NotDelivered(
                address.place, f"PostgreSQL said: {said}", _REMEDIES.get(error.sqlstate or "", f"Try again; {RUNBOOK}")
            ) from None


@contextmanager
def _transaction(connection: psycopg.Connection) -> Iterator[None]:
    with connection.transaction():
        connection.execute(_FOR_THE_TRANSACTION)
        yield


def _read(address: _Address, folder: Path) -> tuple[Delivered, ...]:
    """Copy every table that is there into a file of the folder."""
    with _connected(address) as connection:
        with _transaction(connection):
            tables = [found.relation for found in _selections(connection, address) if found.can_be_locked]
        with _transaction(connection):
            # The first query after this takes the snapshot. A table that is truncated after a snapshot is empty in
            # it: with the lock taken first, none can be.
            if tables:
                connection.execute(sql.SQL("lock table {} in access share mode").format(sql.SQL(", ").join(tables)))
            return tuple(_copy(connection, found, folder) for found in _selections(connection, address))


def _copy(connection: psycopg.Connection, selection: _Selection, folder: Path) -> Delivered:
    """Copy one table into a file as it comes: no record is taken apart."""
    path = folder / f"{selection.table.raw_name}.csv"
    # of a database that doesn't know its encoding the bytes are taken as they are, as those of a file
    unknown = connection.info.parameter_status("server_encoding") == "SQL_ASCII"
    copy = sql.SQL("copy (select {} from {}) to stdout with (format csv, header true, encoding {})").format(
        selection.columns, selection.relation, "SQL_ASCII" if unknown else "UTF8"
    )
    with path.open("wb", buffering=BLOCK) as file, connection.cursor() as cursor, cursor.copy(copy):
        # libpq's own calls: psycopg's iteration takes twice as long, for it looks at the socket for each record
        arrived, write = connection.pgconn.get_copy_data, file.write
        size, data = arrived(0)
        while size > 0:
            write(data)
            size, data = arrived(0)
        result = connection.pgconn.get_result()
        # to its end, also of an error: psycopg would log what it finds unread, and PostgreSQL's message quotes records
        while connection.pgconn.get_result():
            pass
        if result is None:
            raise psycopg.OperationalError
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
    return Delivered(selection.table, path, result.command_tuples)


def _selections(connection: psycopg.Connection, address: _Address) -> list[_Selection]:
    """What is read of each table of the contract that is there.

    Raises DeliveryError naming every table that must be there and isn't, every one of those that can't be read, or
    the first table that lacks a required column.
    """
    tables = source(SOURCE).tables
    found: dict[str, _Relation] = {}
    for row in connection.execute(_RELATIONS, (address.schema, [table.raw_name for table in tables])):
        relation = _Relation(*row)
        if relation.name.lower() in found:
            raise DeliveryError(address.place, f"table {relation.name.lower()} stands twice", "Leave one of the two")
        found[relation.name.lower()] = relation
    missing = [table.raw_name for table in tables if not table.may_be_missing and table.raw_name not in found]
    if missing:
        raise DeliveryError(
            address.place,
            f"table {', '.join(missing)} is missing",
            f"Have the extract make it, or name the schema that holds it (?schema= of {VARIABLE})",
        )
    there = [table for table in tables if table.raw_name in found]
    hidden = [table for table in there if not found[table.raw_name].readable]
    if any(not table.may_be_missing for table in hidden):
        raise NotDelivered(
            address.place,
            f"user {address.user} may not read {', '.join(table.raw_name for table in hidden)}",
            f"Grant it usage on schema {address.schema} and select on the ssd_ tables",
        )
    for table in hidden:
        log.warning("%s: user %s may not read %s: as if it were not there", address.place, address.user, table.raw_name)
    return [_selection(table, found[table.raw_name], address) for table in there if table not in hidden]


def _selection(table: Table, relation: _Relation, address: _Address) -> _Selection:
    columns = columns_of(f"{address.place}, table {relation.name}", relation.columns, table)
    return _Selection(
        table,
        sql.Identifier(address.schema, relation.name),
        relation.kind in {"r", "p", "v"},
        sql.SQL(", ").join(
            sql.SQL("{} as {}").format(_as_text(sql.Identifier(name), type_), sql.Identifier(column.name))
            for name, type_, column in zip(relation.columns, relation.types, columns, strict=True)
            if column is not None
        ),
    )


def _as_text(name: sql.Identifier, type_: int) -> sql.Composed:
    """A value as an export writes it: days in ISO form, moments as the clock in London shows them, Y or N."""
    if type_ == _BOOLEAN:
        return sql.SQL("case when {0} then 'Y' when not {0} then 'N' end").format(name)
    if type_ == _MOMENT:
        return sql.SQL("({} at time zone 'Europe/London')::text").format(name)
    return sql.SQL("{}::text").format(name)


def _without_password(text: str, address: _Address) -> str:
    """libpq's message in one line. It never says the password; should it ever, it isn't handed on."""
    password = conninfo_to_dict(address.conninfo).get("password")
    line = " ".join(text.split())
    return line.replace(str(password), "…") if password else line
