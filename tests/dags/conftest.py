"""A real Airflow with a PostgreSQL metadata database, in this process: its environment is set before it is imported."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def airflow(local_folder: Path) -> None:
    """Airflow's environment, its metadata database migrated."""
    from include.commands.airflow_environment import airflow_environment
    from include.warehouse import server

    server.create_databases()
    os.environ.update(airflow_environment())
    from airflow.utils.db import upgradedb

    upgradedb()


@pytest.fixture(scope="session")
def nightly(airflow):
    """The DAG `nightly`, as Airflow finds it in dags/."""
    from airflow.dag_processing.dagbag import DagBag

    from include.settings import PROJECT

    bag = DagBag(str(PROJECT / "dags"))
    assert bag.import_errors == {}
    return bag.dags["nightly"]
