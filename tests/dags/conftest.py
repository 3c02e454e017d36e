"""A real Airflow with a PostgreSQL metadata database, in this process: its environment is set before it is imported."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest


@pytest.fixture(scope="module")
def airflow(local_folder: Path) -> Iterator[None]:
    """Airflow's environment, its metadata database migrated; the environment is put back for the tests after."""
    from include.commands.airflow_environment import airflow_environment
    from include.warehouse import server

    server.create_databases()
    with patch.dict(os.environ, airflow_environment()):
        from airflow.utils.db import upgradedb

        upgradedb()
        yield


@pytest.fixture(scope="module")
def dags(airflow):
    """The DAGs by name, as Airflow finds them in dags/."""
    from airflow.dag_processing.dagbag import DagBag

    from include.settings import PROJECT

    bag = DagBag(str(PROJECT / "dags"))
    assert bag.import_errors == {}
    return bag.dags


@pytest.fixture(scope="module")
def nightly(dags):
    """The DAG `nightly`."""
    return dags["nightly"]
