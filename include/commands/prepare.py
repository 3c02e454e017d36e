"""Prepare what stands on the server: Airflow's metadata and the warehouse. Safe to run again, and by several."""

import os

from include.commands.airflow_environment import airflow_environment
from include.commands.console import Say
from include.warehouse import migrate, server


def prepare(say: Say) -> None:
    """Make or bring up to date Airflow's metadata database and the warehouse.

    Sets this process's environment to Airflow's. Raises ServerError, EmbeddedServerError or WarehouseError
    when the server can't be used.
    """
    server.create_databases()
    os.environ.update(airflow_environment())
    _prepare_metadata(say)
    say("preparing the warehouse's roles, schemas and tables")
    migrate.prepare()


def _prepare_metadata(say: Say) -> None:
    # Airflow reads its configuration when it is imported.
    from airflow.utils import db

    try:
        db.check_migrations(timeout=0)
    except TimeoutError:
        say("preparing Airflow's metadata database (some seconds, once)")
        db.upgradedb()


if __name__ == "__main__":
    prepare(print)
