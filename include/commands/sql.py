"""psql on the warehouse, acting as a role: `python -m include.commands.sql [role] [psql arguments]`."""

import os
import sys

import psycopg
from psycopg.pq import Conninfo

from include.warehouse import embedded
from include.warehouse.connection import Role, parameters


def psql_environment(known: dict[str, str]) -> dict[str, str]:
    """This process's environment with libpq's variables: an address or password on a command line shows in ps.

    `known`: the parameters of a connection, as include.warehouse.connection.parameters has them.
    """
    variables = {option.keyword.decode(): option.envvar for option in Conninfo.get_defaults() if option.envvar}
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return ours | {variables[name].decode(): value for name, value in known.items()}


def main() -> None:
    """Become psql."""
    wanted, *arguments = sys.argv[1:] or [Role.READER]
    try:
        role = Role(wanted)
    except ValueError:
        sys.exit(f"There is no role {wanted}. Roles: {', '.join(Role)}.")
    try:
        psycopg.connect(**parameters(role)).close()
    except psycopg.OperationalError as error:
        sys.exit(f"The warehouse does not let {role} in; was it prepared (make run)? PostgreSQL said: {error}")
    psql = embedded.binaries() / "psql"
    os.execve(psql, [str(psql), *arguments], psql_environment(parameters(role)))


if __name__ == "__main__":
    main()
