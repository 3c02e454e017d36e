"""What tests stand on: a PostgreSQL of their own, and warehouses in it. Nothing of the machine's own is touched."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from xdist.scheduler import LoadFileScheduling

from include.settings import PROJECT, settings
from include.warehouse import embedded, migrate, server
from include.warehouse.connection import Role, parameters
from tests import small_project as small

_ON_ONE_NIGHT = {
    f"tests/end_to_end/test_{name}.py": "sample_night" for name in ("facts_of_the_sample", "performance", "timescales")
}
"""Files whose tests read one warehouse: in one session, which makes it once."""


class _ByFileOrWarehouse(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return _ON_ONE_NIGHT.get(file, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadFileScheduling:
    """Tests go to sessions side by side by file, but files of one warehouse together."""
    return _ByFileOrWarehouse(config, log)


@dataclass(frozen=True)
class Warehouse:
    """A prepared warehouse database, with a drop folder and an archive of its own."""

    database: str
    drop: Path
    archive: Path

    @property
    def admin_url(self) -> str:
        """Address of the server's own database."""
        return server.admin_url()

    def connect(self, role: Role | None = None) -> psycopg.Connection:
        """A connection as a role, or, without one, as the server's own user. Commits by itself."""
        if role is None:
            return psycopg.connect(server.warehouse_url(), autocommit=True)
        return psycopg.connect(**parameters(role), autocommit=True)

    def rows(self, query: str, values: tuple | dict = ()) -> list[tuple]:
        """Rows of a query, asked as the server's own user."""
        with self.connect() as connection:
            return connection.execute(query, values or None).fetchall()

    def value(self, query: str, values: tuple | dict = ()):
        """First column of a query's first row."""
        return self.rows(query, values)[0][0]


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Settings for as long as the block lasts."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the whole run, which sessions that run side by side share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def local_folder(run_folder: Path) -> Iterator[Path]:
    """A local folder for the whole session, its embedded server stopped and all removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="permanence-tests-"))
    folder.chmod(0o755)  # the server may run as a user of its own, who has to enter it
    # a project that one session had parsed is parsed for all: its fingerprint says so
    (run_folder / "parsed").mkdir(exist_ok=True)
    (folder / "dbt").symlink_to(run_folder / "parsed")
    with environment(
        PERMANENCE_LOCAL_FOLDER=str(folder),
        PERMANENCE_DROP_FOLDER=str(folder / "drop"),
        PERMANENCE_ARCHIVE_FOLDER=str(folder / "archive"),
        PERMANENCE_QUIET_SECONDS="0",
        PERMANENCE_AIRFLOW_DATABASE=f"airflow_{folder.name[-8:].lower()}",
    ):
        yield folder
        if settings().database_url is None:
            embedded.remove(folder / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def small_project_folder(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with what publishing needs, one for the whole run: it is parsed once."""
    project = run_folder / "small_project"
    made = small.make(tmp_path_factory.mktemp("small-project"))
    with suppress(OSError):  # another session was quicker: what it made is the same
        made.rename(project)
    return project


@pytest.fixture(scope="session")
def template(local_folder: Path) -> Iterator[str]:
    """Name of a prepared, empty warehouse database, from which each test's own is copied."""
    name = f"template_{local_folder.name[-8:].lower()}"
    with environment(PERMANENCE_WAREHOUSE_DATABASE=name):
        migrate.prepare()
        if settings().database_url is None:
            _without_waiting_for_the_disk()
    yield name
    _drop(name)


@pytest.fixture(scope="session")
def warehouse(local_folder: Path, template: str) -> Iterator[Warehouse]:
    """A warehouse that the tests of a session share: for what only reads, or cleans up behind itself."""
    with warehouse_of(template, local_folder) as made:
        yield made


@pytest.fixture
def empty_warehouse(template: str, tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse of the test's own, with nothing in it."""
    with warehouse_of(template, tmp_path) as made:
        yield made


@contextmanager
def copy_of(made: Warehouse, folder: Path) -> Iterator[Warehouse]:
    """A copy of a warehouse, its drop folder and its archive, for as long as the block lasts."""
    for name in ("drop", "archive"):
        if (made.drop.parent / name).is_dir():
            shutil.copytree(made.drop.parent / name, folder / name)
    with psycopg.connect(made.admin_url, autocommit=True) as connection:
        # a database that somebody is still signing out of can't be copied
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (made.database,)
        )
    # nights are hundreds of megabytes: copied as files in a third of the time that their pages take through the log
    with warehouse_of(made.database, folder, strategy="file_copy") as copied:
        yield copied


@contextmanager
def warehouse_of(template: str, folder: Path, *, strategy: str = "wal_log") -> Iterator[Warehouse]:
    """A warehouse made from a database, with an empty drop folder and archive, for as long as the block lasts."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    drop, archive = folder / "drop", folder / "archive"
    drop.mkdir(exist_ok=True)
    with environment(
        PERMANENCE_WAREHOUSE_DATABASE=name,
        PERMANENCE_DROP_FOLDER=str(drop),
        PERMANENCE_ARCHIVE_FOLDER=str(archive),
    ):
        with psycopg.connect(server.admin_url(), autocommit=True) as connection:
            connection.execute(f"create database {name} template {template} strategy {strategy}")
            # a copied database has the grants of its schemas, but not its own
            roles = ", ".join(Role)
            connection.execute(f"grant connect on database {name} to {roles}")
            connection.execute(
                f"grant create, temporary on database {name} to {Role.BUILDER}, {Role.LOADER}, {Role.PUBLISHER}"
            )
        yield Warehouse(name, drop, archive)
    _drop(name)


def _without_waiting_for_the_disk() -> None:
    """Let the tests' own server write without waiting for the disk: what it holds need not outlive this machine."""
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")


def _drop(name: str) -> None:
    with psycopg.connect(server.admin_url(), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files (setting of the tests: PERMANENCE_TEST_DATA, ../shared/data by default)."""
    folder = Path(os.environ.get("PERMANENCE_TEST_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs the made-up sector files (PERMANENCE_TEST_DATA): there is no folder {folder}")
    return folder
