"""Sample nights for end-to-end tests: written once a session, copied into each test's own drop folder."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from include.sample.exports import DEFAULT_NIGHTS, write_exports
from tests.conftest import Warehouse

EARLIER, NIGHT = DEFAULT_NIGHTS


@pytest.fixture(scope="session")
def sample_exports(tmp_path_factory) -> Path:
    """A drop folder with the exports of two nights."""
    folder = tmp_path_factory.mktemp("sample")
    write_exports(folder, DEFAULT_NIGHTS)
    return folder


@pytest.fixture
def sample_warehouse(empty_warehouse: Warehouse, sample_exports: Path) -> Warehouse:
    """A warehouse of the test's own, with two nights of sample exports in its drop folder and nothing loaded."""
    shutil.copytree(sample_exports, empty_warehouse.drop, dirs_exist_ok=True)
    return empty_warehouse


@pytest.fixture
def nights() -> tuple[date, date]:
    """The earlier and the newer night of the sample."""
    return EARLIER, NIGHT
