"""Which PostgreSQL the warehouse stands on, and the addresses of its two databases there."""

from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from include.settings import settings
from include.warehouse import embedded
from include.warehouse.errors import redacted

OLDEST = 16  # the safe casts stand on pg_input_is_valid


class ServerError(Exception):
    """The server named in PERMANENCE_DATABASE_URL can't be used; says why and what would do."""


def admin_url() -> str:
    """Address of the server's `postgres` database, postgresql://user:password@host:port/postgres.

    PERMANENCE_DATABASE_URL when set; else the embedded server's, which is started when it isn't running.
    Raises ServerError when the named server can't be reached or is older than PostgreSQL 16,
    EmbeddedServerError when the embedded one can't be started.
    """
    named = settings().database_url
    if named is not None:
        return _checked(named.get_secret_value())
    return _embedded(settings().local_folder / "postgres")


def warehouse_url() -> str:
    """Address of the warehouse's database on that server, for psycopg and libpq. Raises as admin_url does."""
    return _with_database(settings().warehouse_database)


def airflow_url() -> str:
    """SQLAlchemy address of Airflow's metadata database. Raises as admin_url does.

    The driver is psycopg2, Airflow's own default.
    """
    return _with_database(settings().airflow_database).replace("postgresql://", "postgresql+psycopg2://", 1)


def airflow_async_url() -> str:
    """The same for the parts of Airflow that are asynchronous: asyncpg calls libpq's sslmode `ssl`."""
    scheme, netloc, path, query, _ = urlsplit(_with_database(settings().airflow_database))
    known = {"sslmode": "ssl"}
    kept = [(known[name], value) for name, value in parse_qsl(query) if name in known]
    return urlunsplit((f"{scheme}+asyncpg", netloc, path, urlencode(kept), ""))


def create_databases() -> None:
    """Create the warehouse's and Airflow's database where missing. Safe to run by several at once.

    Raises WarehouseError when the server refuses.
    """
    doing = "creating the databases (the user of PERMANENCE_DATABASE_URL needs CREATEDB)"
    with redacted(doing), psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(hashtextextended('permanence:databases', 0))")
        # The same order of text on every server, whatever its operating system's locales say.
        order = (
            "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
            if connection.info.server_version >= 170000
            else "lc_collate 'C'"
        )
        for name in (settings().warehouse_database, settings().airflow_database):
            known = connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
            if known is None:
                connection.execute(
                    sql.SQL("create database {} template template0 encoding 'UTF8' " + order).format(
                        sql.Identifier(name)
                    )
                )


@cache
def _embedded(folder: Path) -> str:
    return embedded.ensure_running(folder)


@cache
def _checked(url: str) -> str:
    rule = "PERMANENCE_DATABASE_URL must read postgresql://user:password@host:port/postgres"
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres") or not rest:
        raise ServerError(f"{rule}; it does not.")
    url = f"postgresql://{rest}"
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise ServerError(f"{rule} of a server that lets us in; it said: {error}") from None
    if version < OLDEST:
        raise ServerError(
            f"The server of PERMANENCE_DATABASE_URL is PostgreSQL {version}; {OLDEST} or newer is needed. Name a "
            "newer server, or unset the variable for the embedded one."
        )
    return url


def _with_database(name: str) -> str:
    parts = urlsplit(admin_url())
    return urlunsplit(parts._replace(path=f"/{name}"))
