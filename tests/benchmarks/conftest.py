"""What is measured waits for the disk, as a night does."""

import psycopg
import pytest

from include.settings import settings
from include.warehouse import server


@pytest.fixture(scope="session", autouse=True)
def _waiting_for_the_disk(template):
    """Take back what the other tests' server is let off, once the server stands."""
    if settings().database_url is None:
        with psycopg.connect(server.admin_url(), autocommit=True) as connection:
            connection.execute("alter system reset all")
            connection.execute("select pg_reload_conf()")
