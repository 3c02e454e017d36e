"""A case system's reporting database for tests: a schema with the ssd_ tables, in the types that such tables have."""

import csv
import uuid
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from include import run_date
from include.contract.model import Column, Table, source
from include.warehouse import server
from tests.conftest import Warehouse, environment
from tests.deliveries import LEAST, deliver

SCHEMA = "Reporting"
PASSWORD = "Zolder-9/secret?"
ENCODED = "Zolder-9%2Fsecret%3F"
# a day as one table has it and as the next: all three are found in extracts
NIGHT = date(2026, 3, 31)
NEXT = NIGHT + timedelta(1)
CHILD, POSTCODE = "Zorvane", "ZZ9 9ZQ"
PEOPLE = [LEAST["person"] | {"pers_person_id": f"P{number}", "pers_forename": CHILD} for number in (1, 2, 3)]
ADDRESS = {
    "addr_table_id": "A1",
    "addr_person_id": "P1",
    "addr_address_type": "HOME",
    "addr_address_start_date": "2020-01-06",
    "addr_address_postcode": POSTCODE,
}
DAYS = ("date", "timestamp", "timestamptz")


@dataclass(frozen=True)
class SsdDatabase:
    """A second database on the tests' server, and a role that may read its schema and nothing else."""

    name: str
    reader: str

    @property
    def url(self) -> str:
        """What PERMANENCE_SSD_DATABASE_URL is set to."""
        parts = urlsplit(server.admin_url())
        where = parts.netloc.rpartition("@")[2]
        return urlunsplit(
            parts._replace(netloc=f"{self.reader}:{ENCODED}@{where}", path=f"/{self.name}", query=f"schema={SCHEMA}")
        )

    def run(self, statements: str) -> None:
        """Run statements as the owner, `ssd_…` meaning the tables of the schema."""
        with self.connect() as connection:
            connection.execute(statements)

    def connect(self) -> psycopg.Connection:
        """A connection as the owner, who works in the schema; commits by itself."""
        address = urlunsplit(urlsplit(server.admin_url())._replace(path=f"/{self.name}"))
        connection = psycopg.connect(address, autocommit=True)
        connection.execute(f"set search_path = \"{SCHEMA}\", pg_catalog; set timezone = 'Europe/London'")
        return connection

    def fill(self, folder: Path) -> None:
        """Make the tables anew, from the files of a delivery."""
        with self.connect() as connection:
            connection.execute(f'drop schema if exists "{SCHEMA}" cascade; create schema "{SCHEMA}"')
            for number, table in enumerate(source("ssd").tables):
                for path in folder.iterdir():
                    if table.matches(path.name):
                        _make_table(connection, table, path, DAYS[number % 3])
            connection.execute(
                f'grant usage on schema "{SCHEMA}" to {self.reader}; '
                f'grant select on all tables in schema "{SCHEMA}" to {self.reader}'
            )


def _make_table(connection: psycopg.Connection, table: Table, path: Path, day: str) -> None:
    with path.open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    texts = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in header)
    connection.execute(sql.SQL("create temporary table delivered ({})").format(texts))
    with connection.cursor() as cursor, cursor.copy("copy delivered from stdin with (format csv, header true)") as copy:
        copy.write(path.read_bytes())
    selected = []
    for name in header:
        column = table.column_of_header(name)
        type_ = _type(connection, column, day) if column else "text"
        selected.append(sql.SQL("nullif({0}, '')::{1} as {0}").format(sql.Identifier(name), sql.SQL(type_)))
    connection.execute(
        sql.SQL("create table {} as select {} from delivered").format(
            sql.Identifier(table.raw_name), sql.SQL(", ").join(selected)
        )
    )
    connection.execute("drop table delivered")


def _type(connection: psycopg.Connection, column: Column, day: str) -> str:
    if column.kind in {"date", "timestamp"}:
        return day if column.kind == "date" else "timestamp"
    if column.codes == "yes_no":
        other = sql.SQL("select exists (select from delivered where {} not in ('Y', 'N', ''))")
        is_flag = not connection.execute(other.format(sql.Identifier(column.name))).fetchone()[0]
        return "boolean" if is_flag else "character(3)"
    if column.name.endswith("_json"):
        return "json"
    return {"integer": "bigint", "numeric": "numeric(12, 4)", "id": "varchar(48)"}.get(column.kind, "text")


@contextmanager
def ssd_database(folder: Path, encoding: str = "UTF8") -> Iterator[SsdDatabase]:
    """A database with the tables of a delivery, and the setting that names it, for as long as the block lasts."""
    made = SsdDatabase(f"case_system_{uuid.uuid4().hex[:8]}", f"ssd_reader_{uuid.uuid4().hex[:8]}")
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        connection.execute(f"create database {made.name} template template0 encoding '{encoding}' locale 'C'")
        connection.execute(f"create role {made.reader} login password '{PASSWORD}'")
    try:
        made.fill(folder)
        with environment(PERMANENCE_SSD_DATABASE_URL=made.url):
            yield made
    finally:
        with psycopg.connect(server.admin_url(), autocommit=True) as connection:
            connection.execute(f"drop database {made.name} with (force)")
            connection.execute(f"drop role {made.reader}")


def of_records(
    folder: Path, tables: dict[str, list[dict[str, str]]] | None = None, absent: Collection[str] = ()
) -> Path:
    """A delivery for `fill`: each table with the records given, else the least it may come with."""
    return deliver(folder, "ssd", NIGHT, tables, absent=absent)


def three_children(folder: Path) -> AbstractContextManager[SsdDatabase]:
    """A case system's database with three children, and one address with a postcode."""
    return ssd_database(of_records(folder, {"person": PEOPLE, "address": [ADDRESS]}))


def it_is(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let it be that day, for whatever asks which one it is."""
    monkeypatch.setattr(run_date, "today", lambda: day)


def states(warehouse: Warehouse) -> list[tuple]:
    """What the ledger says happened, in order: date and state."""
    return warehouse.rows("select batch_date, state from ops.batch order by entry_id")
