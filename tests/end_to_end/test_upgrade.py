"""A warehouse of an earlier release is brought up to date and reads what it held as before."""

import uuid

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from include.warehouse import migrate, server
from include.warehouse.connection import Role
from tests.conftest import _drop, environment

RECORDED_BEFORE = """
insert into ops.batch (batch_id, source, slice, batch_date, state, files, record_count, quarantined, duplicates,
    keyless, content_sha256, contract_fingerprint, rule_fingerprint)
values (1, 'momo', '2026-03-31/2026-04-01', '2026-03-31', 'recorded',
        '[{"table": "statements", "file": "statements.csv", "records": 5}]', 5, 0, 0, 0, 'a', 'b', 'c'),
    (2, 'ssd', 'all', '2026-03-31', 'recorded',
        '[{"table": "person", "file": "person.csv", "records": 9}]', 9, 1, 0, 1, 'a', 'b', 'c')
"""


def _first_release():
    """The warehouse as the first release prepared it: its tables of ops and quality, and nothing newer."""
    server.create_databases()
    with psycopg.connect(server.warehouse_url(), autocommit=True) as connection:
        connection.execute(migrate._ROLES.format(roles=", ".join(f"'{role}'" for role in Role)))
        connection.execute(migrate._SCHEMAS)
    config = Config()
    config.set_main_option("script_location", str(migrate.HERE / "migrations"))
    url = make_url(server.warehouse_url()).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")


def test_batches_recorded_by_an_earlier_release_are_read_on(local_folder):
    name = f"test_{uuid.uuid4().hex[:12]}"
    with environment(PERMANENCE_WAREHOUSE_DATABASE=name):
        try:
            _first_release()
            with psycopg.connect(server.warehouse_url(), autocommit=True) as connection:
                connection.execute(RECORDED_BEFORE)
            migrate.prepare()
            with psycopg.connect(server.warehouse_url(), autocommit=True) as connection:
                assert connection.execute("select source, slice, spoken::text from ops.period_spoken").fetchall() == [
                    ("momo", "2026-03-31/2026-04-01", "{[2026-03-31,)}")
                ]
                # a batch of which it is not known which table lacked keys proves no deletion
                assert connection.execute(
                    "select source, table_name, records, keyless from ops.batch_table order by source"
                ).fetchall() == [("momo", "statements", 5, 0), ("ssd", "person", 9, 1)]
        finally:
            _drop(name)
