"""Connections to the warehouse, each as the role whose work it does."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import URL

from include.warehouse.errors import redacted
from include.warehouse.server import warehouse_url


class Role(StrEnum):
    """Who does what: the loader fills landing, raw and the ledger; the builder builds; the publisher publishes."""

    LOADER = "permanence_loader"
    BUILDER = "permanence_builder"
    PUBLISHER = "permanence_publisher"
    READER = "permanence_reader"
    IDENTITY_READER = "permanence_identity_reader"
    RESTRICTED_READER = "permanence_restricted_reader"
    PERFORMANCE_READER = "permanence_performance_reader"


# The back end of a task that was killed ends itself within seconds, and with it its locks.
# A lock that can't be had in lock_timeout is an error, not a wait without end.
SESSION = "-c client_connection_check_interval=5s -c lock_timeout=10min -c timezone=UTC -c datestyle=ISO,YMD"


def parameters(role: Role) -> dict[str, str]:
    """libpq parameters of a connection that acts as `role` (host, port, user, password, dbname, options)."""
    known = {k: str(v) for k, v in conninfo_to_dict(warehouse_url()).items() if v is not None}
    known["options"] = f"-c role={role} {SESSION}"
    known["application_name"] = str(role)
    return known


@contextmanager
def connect(role: Role, doing: str, *, autocommit: bool = False) -> Iterator[psycopg.Connection]:
    """A connection as `role`; commits on leaving, rolls back on an error.

    Raises WarehouseError, naming `doing`, for whatever PostgreSQL refuses.
    """
    with redacted(doing), psycopg.connect(**parameters(role), autocommit=autocommit) as connection:
        yield connection


def sqlalchemy_url(role: Role) -> URL:
    """The same address for tools that connect through SQLAlchemy (Great Expectations, Alembic)."""
    known = parameters(role)
    return URL.create(
        "postgresql+psycopg",
        username=known.get("user"),
        password=known.get("password"),
        host=known.get("host"),
        port=int(known.get("port", 5432)),
        database=known.get("dbname"),
        query={"options": known["options"], "application_name": known["application_name"]},
    )


def advisory_lock(connection: psycopg.Connection, name: str) -> None:
    """Take the transaction advisory lock of that name, waiting for it; it ends with the transaction."""
    connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"permanence:{name}",))
