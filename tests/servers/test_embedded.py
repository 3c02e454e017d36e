"""The embedded PostgreSQL, always a real one: it starts, is found again, survives, keeps records to itself."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from include.settings import PROJECT
from include.warehouse import embedded, server
from tests.conftest import environment

NAME = "Siobhan Testchild-Okonkwo"


@pytest.fixture
def folder(local_folder) -> Iterator[Path]:
    """A folder for a server of the test's own."""
    with a_folder() as made:
        yield made


@pytest.fixture(scope="module")
def shared(local_folder) -> Iterator[Path]:
    """A folder whose server the tests of this file share: each asks for its address, and may stop it."""
    with a_folder() as made:
        embedded.ensure_running(made)
        yield made


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder that every user can pass through, its server removed at the end."""
    made = Path(tempfile.mkdtemp(prefix="permanence-embedded-"))
    made.chmod(0o755)
    yield made / "postgres"
    embedded.remove(made / "postgres")
    shutil.rmtree(made, ignore_errors=True)


def ask(url: str, query: str):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def wait_until_gone(pid: int) -> None:
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} is still there")


def test_starts_once_and_is_found_again(shared):
    url = embedded.ensure_running(shared)
    pid = postmaster(shared)
    assert embedded.ensure_running(shared) == url
    assert postmaster(shared) == pid
    assert ask(url, "show server_version_num") >= "160000"
    assert ask(url, "show timezone") == "UTC"
    assert ask(url, "show fsync") == "on"


def test_keeps_data_and_port_over_a_stop(shared):
    url = embedded.ensure_running(shared)
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists kept as select 42 as answer")
    pid = postmaster(shared)
    embedded.stop(shared)
    wait_until_gone(pid)
    embedded.stop(shared)  # nothing to stop is no error
    assert embedded.ensure_running(shared) == url
    assert ask(url, "select answer from kept") == 42


def test_never_runs_as_root(shared):
    embedded.ensure_running(shared)
    assert psutil.Process(postmaster(shared)).uids().effective != 0


def test_listens_on_the_loopback_only(shared):
    embedded.ensure_running(shared)
    listening = [c.laddr.ip for c in psutil.Process(postmaster(shared)).net_connections() if c.status == "LISTEN"]
    assert listening == ["127.0.0.1"]


def test_password_is_random_needed_and_kept_from_others(shared):
    url = embedded.ensure_running(shared)
    password = (shared / "password").read_text()
    assert stat.S_IMODE((shared / "password").stat().st_mode) == 0o600
    assert len(password) >= 24
    for wrong in ("", ":postgres", ":wrong"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(f":{password}", wrong), connect_timeout=5)
    shown = " ".join(" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"]))
    assert password not in shown


def test_several_servers_stand_side_by_side(folder):
    folders = [folder / name for name in ("one", "two")]
    try:
        with ThreadPoolExecutor() as pool:
            urls = list(pool.map(embedded.ensure_running, folders))
        found = [ask(url, "show data_directory") for url in urls]
        assert found == [str((one / "data").resolve()) for one in folders]
    finally:
        for one in folders:
            embedded.remove(one)


def test_many_callers_start_one_server(folder):
    code = (
        "from pathlib import Path; from include.warehouse import embedded; "
        f"print(embedded.ensure_running(Path({str(folder)!r})))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert len({process.communicate(timeout=120)[0] for process in processes}) == 1
    assert all(process.returncode == 0 for process in processes)


def test_starts_again_after_kill_9(shared):
    url = embedded.ensure_running(shared)
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists kept as select 42 as answer")
    pid = postmaster(shared)
    os.kill(pid, signal.SIGKILL)
    url = embedded.ensure_running(shared)
    assert postmaster(shared) != pid
    assert ask(url, "select answer from kept") == 42


@pytest.mark.parametrize("same_user", [True, False])
def test_starts_when_the_old_number_belongs_to_another_process(shared, same_user):
    """As after a restart of the machine, where numbers begin again."""
    embedded.ensure_running(shared)
    owner = (shared / "data").resolve().stat().st_uid
    pid_file = shared / "data" / "postmaster.pid"
    before = pid_file.read_text()
    embedded.stop(shared, "immediate")
    as_owner = {"user": owner} if same_user and os.geteuid() == 0 else {}
    other = subprocess.Popen(["sleep", "600"], cwd="/", **as_owner)
    try:
        pid_file.write_text("\n".join([str(other.pid), *before.splitlines()[1:]]) + "\n")
        assert ask(embedded.ensure_running(shared), "select 1") == 1
        assert postmaster(shared) != other.pid
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def hang_up_on_one(squatter: socket.socket) -> None:
    squatter.accept()[0].close()


def test_moves_when_its_port_is_taken(shared):
    first = embedded.ensure_running(shared)
    embedded.stop(shared)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", int((shared / "port").read_text())))
        squatter.listen()
        threading.Thread(target=hang_up_on_one, args=(squatter,), daemon=True).start()
        second = embedded.ensure_running(shared)
    assert second != first
    assert embedded.ensure_running(shared) == second


def test_is_not_taken_in_by_another_server_on_its_port(shared, folder):
    """Another cluster with the same password on the remembered port: only data_directory tells them apart."""
    embedded.ensure_running(shared)
    embedded.stop(shared)
    folder.mkdir()
    for name in ("password", "port"):
        shutil.copy(shared / name, folder / name)
    url = embedded.ensure_running(folder)
    assert f":{(shared / 'port').read_text().strip()}/" in url
    assert ask(embedded.ensure_running(shared), "show data_directory") == str((shared / "data").resolve())


def test_a_killed_initdb_leaves_nothing_in_the_way(folder):
    folder.mkdir()
    (folder / "data.part").mkdir()
    (folder / "data.part" / "PG_VERSION").write_text("18\n")
    assert ask(embedded.ensure_running(folder), "select 1") == 1


def test_a_lost_password_is_named(shared):
    password = (shared / "password").rename(shared / "put aside")
    try:
        with pytest.raises(embedded.EmbeddedServerError, match=r"password is missing.*Put the file back"):
            embedded.ensure_running(shared)
    finally:
        password.rename(shared / "password")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as someone else")
def test_root_in_a_closed_folder_keeps_the_data_elsewhere(folder):
    folder.parent.chmod(0o700)
    url = embedded.ensure_running(folder)
    where = Path(ask(url, "show data_directory"))
    assert where.is_relative_to(embedded.ELSEWHERE)
    assert (folder / "data").is_symlink()
    assert (folder / "data").resolve() == where
    assert embedded.ensure_running(folder) == url
    embedded.remove(folder)
    assert not where.exists()


def test_no_record_reaches_the_servers_log(shared):
    """Every kind of error whose message, detail, context or statement quotes what was sent."""
    url = embedded.ensure_running(shared)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table child (name text primary key, born date check (born > '1900-01-01'))")
        connection.execute("insert into child values (%s, '2015-01-01')", (NAME,))
        faults = [
            f"insert into child values ('{NAME}', '2015-01-01')",
            f"insert into child values ('another', '{NAME}')",
            f"insert into child values ('{NAME} II', '1800-01-01')",
            f"select '{NAME}'::date",
            f"do $$ begin raise warning '%', '{NAME}'; raise exception '%', '{NAME}'; end $$",
            f'select "{NAME}" from child',
        ]
        for fault in faults:
            with pytest.raises(psycopg.Error):
                connection.execute(fault)
        with (
            pytest.raises(psycopg.Error),
            connection.cursor().copy("copy child from stdin with (format csv)") as copy,
        ):
            copy.write(f"{NAME},not a date\n".encode())
    log = ((shared / "data").resolve().parent / "server.log").read_text()
    assert "ready to accept connections" in log
    for part in NAME.split():
        assert part not in log


def test_existing_server_is_used_as_named(shared):
    url = embedded.ensure_running(shared)
    with environment(PERMANENCE_DATABASE_URL=url, PERMANENCE_WAREHOUSE_DATABASE="elsewhere"):
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda _: server.create_databases(), range(4)))
        assert server.admin_url() == url
        assert ask(server.warehouse_url(), "select current_database()") == "elsewhere"
        assert ask(server.warehouse_url(), "select datcollate from pg_database where datname = 'elsewhere'") == "C"
        assert server.airflow_url().startswith("postgresql+psycopg2://postgres:")
        assert server.airflow_async_url().startswith("postgresql+asyncpg://postgres:")


def test_async_address_says_ssl_as_its_driver_does(shared):
    url = embedded.ensure_running(shared)
    with environment(PERMANENCE_DATABASE_URL=f"{url}?sslmode=prefer&application_name=x"):
        assert server.airflow_async_url().endswith("?ssl=prefer")
        assert server.warehouse_url().endswith("?sslmode=prefer&application_name=x")


def test_old_or_unreachable_server_is_refused_by_name(shared, monkeypatch):
    url = embedded.ensure_running(shared)
    monkeypatch.setattr(server, "OLDEST", 99)
    with (
        environment(PERMANENCE_DATABASE_URL=f"{url}?connect_timeout=9"),
        pytest.raises(server.ServerError, match="is PostgreSQL 18; 99 or newer is needed"),
    ):
        server.admin_url()
    for bad in ("mysql://a@b/c", url.replace("postgres:", "postgres:wrong", 1)):
        with (
            environment(PERMANENCE_DATABASE_URL=bad),
            pytest.raises(server.ServerError, match="must read postgresql://"),
        ):
            server.admin_url()
