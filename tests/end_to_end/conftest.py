"""Sample nights for end-to-end tests: written once a session, copied into each test's own drop folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pytest

from include.sample.exports import DEFAULT_NIGHTS, write_exports
from include.settings import PROJECT
from include.transform.build import build
from tests import small_project as small
from tests.conftest import Warehouse, copy_of, warehouse_of
from tests.deliveries import deliver_children
from tests.end_to_end.night import load, run_night
from tests.oracle.figures import Tables, read_tables

EARLIER, NIGHT = DEFAULT_NIGHTS


@pytest.fixture(scope="session")
def sample_exports(tmp_path_factory) -> Path:
    """A drop folder with the exports of two nights."""
    folder = tmp_path_factory.mktemp("sample")
    write_exports(folder, DEFAULT_NIGHTS)
    return folder


@dataclass(frozen=True)
class SampleNight:
    """A night of the sample authority with every mart as at its day: for what only reads."""

    warehouse: Warehouse
    night: date
    marts: str

    @cached_property
    def tables(self) -> Tables:
        """The files of the night."""
        return read_tables(self.warehouse.drop, self.night)


@pytest.fixture(scope="session")
def sample_night(template, tmp_path_factory) -> Iterator[SampleNight]:
    """The end of a financial year, of a council with a few dozen cases for each IRO."""
    with warehouse_of(template, tmp_path_factory.mktemp("sample-night")) as made:
        write_exports(made.drop, [NIGHT], size=0.3)
        load(NIGHT)
        yield SampleNight(made, NIGHT, build(NIGHT, NIGHT).schema("marts"))


@pytest.fixture
def sample_warehouse(empty_warehouse: Warehouse, sample_exports: Path) -> Warehouse:
    """A warehouse of the test's own, with two nights of sample exports in its drop folder and nothing loaded."""
    shutil.copytree(sample_exports, empty_warehouse.drop, dirs_exist_ok=True)
    return empty_warehouse


@pytest.fixture
def small_project(small_project_folder: Path) -> Iterator[None]:
    """Let a test build the dbt project without what counts; its `published_nights` or `two_nights` are of it too."""
    with small.in_use(small_project_folder):
        yield


def _nights_of(request: pytest.FixtureRequest, name: str) -> Warehouse:
    """The nights that were published once a session, of the project that the test builds."""
    if "small_project" not in request.fixturenames:
        return request.getfixturevalue(f"_{name}")
    request.getfixturevalue("small_project")  # in force before they are made, wherever a test names it
    return request.getfixturevalue(f"_small_{name}")


@contextmanager
def _sample_published(template: str, folder: Path, exports: Path) -> Iterator[Warehouse]:
    with warehouse_of(template, folder) as made:
        shutil.copytree(exports, made.drop, dirs_exist_ok=True)
        for night in DEFAULT_NIGHTS:
            run_night(night)
        yield made


@pytest.fixture(scope="session")
def _published_nights(template, sample_exports, tmp_path_factory) -> Iterator[Warehouse]:
    with _sample_published(template, tmp_path_factory.mktemp("published"), sample_exports) as made:
        yield made


@pytest.fixture(scope="session")
def _small_published_nights(template, sample_exports, tmp_path_factory) -> Iterator[Warehouse]:
    with _sample_published(template, tmp_path_factory.mktemp("published"), sample_exports) as made:
        yield made


@pytest.fixture
def published_nights(request, tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse of the test's own in which both nights of the sample were published: a copy."""
    with copy_of(_nights_of(request, "published_nights"), tmp_path) as made:
        yield made


@contextmanager
def _children_published(template: str, folder: Path) -> Iterator[Warehouse]:
    with warehouse_of(template, folder) as made:
        for children, night in enumerate(DEFAULT_NIGHTS, 1):
            deliver_children(made.drop, night, children=children)
            run_night(night)
        yield made


@pytest.fixture(scope="session")
def _two_nights(template, tmp_path_factory) -> Iterator[Warehouse]:
    with _children_published(template, tmp_path_factory.mktemp("two-nights")) as made:
        yield made


@pytest.fixture(scope="session")
def _small_two_nights(template, tmp_path_factory) -> Iterator[Warehouse]:
    with _children_published(template, tmp_path_factory.mktemp("two-nights")) as made:
        yield made


@pytest.fixture
def two_nights(request, tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse of the test's own with one child on the earlier night and two on the newer, which is live: a copy."""
    with copy_of(_nights_of(request, "two_nights"), tmp_path) as made:
        yield made


@pytest.fixture
def nights() -> tuple[date, date]:
    """The earlier and the newer night of the sample."""
    return EARLIER, NIGHT


@pytest.fixture
def run_command() -> Callable[..., subprocess.CompletedProcess]:
    """Run one of the project's commands in a process of its own, with this test's settings."""

    def run(module: str, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return run
