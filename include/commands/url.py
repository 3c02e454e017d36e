"""The warehouse's address for a BI tool, with a sign-in of its own that may only read."""

import sys
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from include.commands.secret_files import kept_secret
from include.warehouse import server
from include.warehouse.connection import Role, advisory_lock
from include.warehouse.errors import WarehouseError, redacted

SIGN_IN = "permanence_bi"


def bi_url() -> str:
    """postgresql://permanence_bi:<password>@host:port/<database>; the role reads the marts and nothing else.

    Made on first use; the password is kept in the local folder. Raises WarehouseError when the server refuses,
    also when the warehouse was never prepared.
    """
    password = kept_secret("bi_password", "PERMANENCE_BI_PASSWORD")
    with redacted(f"preparing the sign-in {SIGN_IN}"), psycopg.connect(server.warehouse_url()) as connection:
        advisory_lock(connection, SIGN_IN)
        known = connection.execute("select 1 from pg_roles where rolname = %s", (SIGN_IN,)).fetchone()
        # Only a verifier goes to the server: no log or activity view of it can hold the password.
        verifier = connection.pgconn.encrypt_password(password.encode(), SIGN_IN.encode(), b"scram-sha-256").decode()
        connection.execute(
            sql.SQL("{} role {} login nosuperuser nocreatedb nocreaterole password {}").format(
                sql.SQL("alter" if known else "create"), sql.Identifier(SIGN_IN), sql.Literal(verifier)
            )
        )
        connection.execute(
            sql.SQL("grant {reader} to {bi}; alter role {bi} set default_transaction_read_only = on").format(
                reader=sql.Identifier(Role.READER), bi=sql.Identifier(SIGN_IN)
            )
        )
    parts = urlsplit(server.warehouse_url())
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{SIGN_IN}:{quote(password, safe='')}@{where}"))


if __name__ == "__main__":
    try:
        print(bi_url())
    except WarehouseError as error:
        sys.exit(f"{error}. Prepare the warehouse first: make run.")
