"""Prepare the warehouse database: roles, schemas, safe casts, the tables of ops and quality, code functions."""

import hashlib
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from include.contract.codes import code_lists
from include.contract.model import sources
from include.contract.relations import code_functions, raw_comments, raw_table, raw_table_altered
from include.warehouse import server
from include.warehouse.connection import Role, advisory_lock, connect
from include.warehouse.errors import redacted

HERE = Path(__file__).parent

_ROLES = """
do $$
declare wanted text;
begin
    foreach wanted in array array[{roles}] loop
        begin
            execute format('create role %I nologin', wanted);
        exception when duplicate_object or unique_violation then null;
        end;
        if not (pg_has_role(current_user, wanted, 'SET') and pg_has_role(current_user, wanted, 'USAGE')) then
            execute format('grant %I to current_user with inherit true, set true', wanted);
        end if;
    end loop;
end $$
"""

# folder = layer = schema = grant
_SCHEMAS = f"""
revoke all on schema public from public;
create schema if not exists ops;
create schema if not exists quality;
create schema if not exists safe authorization {Role.LOADER};
create schema if not exists landing authorization {Role.LOADER};
create schema if not exists raw authorization {Role.LOADER};
create schema if not exists marts authorization {Role.PUBLISHER};
grant usage on schema safe, raw, ops, quality to {Role.LOADER}, {Role.BUILDER}, {Role.PUBLISHER};
grant usage on schema marts to {Role.READER}, {Role.IDENTITY_READER}, {Role.RESTRICTED_READER},
    {Role.PERFORMANCE_READER}, {Role.PUBLISHER}, {Role.BUILDER};
alter default privileges for role {Role.LOADER} in schema raw grant select on tables to {Role.BUILDER};
"""


def prepare() -> None:
    """Make or bring up to date everything the steps stand on. Safe to run at any time, and by several at once.

    Raises WarehouseError when the server refuses, EmbeddedServerError when it can't be started.
    """
    server.create_databases()
    with (
        redacted("preparing the warehouse"),
        psycopg.connect(server.warehouse_url(), autocommit=True) as connection,
    ):
        # one at a time: the lock lasts until this connection closes
        connection.execute("select pg_advisory_lock(hashtextextended('permanence:prepare', 0))")
        connection.execute(_ROLES.format(roles=", ".join(f"'{role}'" for role in Role)))
        connection.execute(_SCHEMAS)
        database = connection.execute("select quote_ident(current_database())").fetchone()[0]
        connection.execute(f"grant create on database {database} to {Role.BUILDER}")
        connection.execute(f"revoke connect, temporary on database {database} from public")
        connection.execute(
            f"grant connect on database {database} to {', '.join(Role)}; "
            f"grant temporary on database {database} to {Role.LOADER}, {Role.BUILDER}, {Role.PUBLISHER}"
        )
        _migrate()
    derive_from_contract()


def derive_from_contract() -> None:
    """Make what follows from the contract: safe casts, code functions, raw tables and their columns.

    Does nothing while that is the same as it was last: its sha256 stands as the comment of schema raw.
    """
    statements = [(HERE / "casts.sql").read_text(encoding="utf-8")]
    for source in sources().values():
        statements += code_functions(source, code_lists())
        for table in source.tables:
            statements += [raw_table(table), *raw_table_altered(table), *raw_comments(table)]
    sha256 = hashlib.sha256("\0".join(statements).encode()).hexdigest()
    with connect(Role.LOADER, "deriving tables from the contract") as connection:
        advisory_lock(connection, "contract")
        known = connection.execute("select obj_description('raw'::regnamespace, 'pg_namespace')").fetchone()[0]
        if known == sha256:
            return
        connection.execute("; ".join([f"comment on schema raw is '{sha256}'", *statements]))


def _migrate() -> None:
    """Bring ops.* and quality.* to the newest migration, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    url = make_url(server.warehouse_url()).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


if __name__ == "__main__":
    prepare()
