"""make up and make down, for real: four services and a server come up, let one in, and go without trace."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from include.commands import airflow_api, services
from include.commands.airflow_environment import SIGN_IN, api_address, sign_in_password
from include.settings import PROJECT
from include.warehouse import embedded
from tests.conftest import environment


def command(name: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", f"include.commands.{name}", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def up(tmp_path_factory, local_folder) -> Iterator[Path]:
    """A local folder of its own with everything up; what it said is in the file `said`."""
    folder = tmp_path_factory.mktemp("services")
    with environment(PERMANENCE_LOCAL_FOLDER=str(folder), PERMANENCE_DROP_FOLDER=str(folder / "drop")):
        done = command("services", "up")
        try:
            assert done.returncode == 0, done.stderr
            (folder / "said").write_text(done.stdout)
            yield folder
        finally:
            command("services", "down")
            embedded.remove(folder / "postgres")


def ours() -> list[psutil.Process]:
    """Every process of the services' sessions, and whatever these started."""
    found = set()
    for process in psutil.process_iter():
        with suppress(OSError, psutil.Error):
            if os.getsid(process.pid) in services.running().values():
                found |= {process, *process.children(recursive=True)}
    return list(found)


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_says_where_and_lets_the_user_in(up):
    said = (up / "said").read_text()
    assert f"Airflow is at {api_address()}: sign in as {SIGN_IN} with password {sign_in_password()}" in said
    with airflow_api.signed_in() as client:
        dags = client.get("/api/v2/dags").json()
    assert "dags" in dags
    with httpx.Client(base_url=api_address(), trust_env=False, follow_redirects=True) as stranger:
        assert stranger.get("/").status_code == httpx.codes.OK
        assert stranger.get("/api/v2/dags").status_code == httpx.codes.UNAUTHORIZED
        wrong = stranger.post("/auth/token", json={"username": SIGN_IN, "password": "admin"})
        assert wrong.status_code == httpx.codes.UNAUTHORIZED


def test_the_night_is_known_and_not_paused(up):
    with airflow_api.signed_in() as client:
        assert airflow_api.dag_is_known(client, "nightly", seconds=120)
        assert client.get("/api/v2/dags/nightly").json()["is_paused"] is False
        assert client.get("/api/v2/importErrors").json()["total_entries"] == 0


def test_listens_on_the_loopback_only(up):
    listening = set()
    for process in ours():
        with suppress(psutil.NoSuchProcess):  # those that a scheduler starts come and go
            listening |= {c.laddr.ip for c in process.net_connections() if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_no_secret_on_a_command_line_or_open_to_others(up):
    files = [path for path in (up / "secrets").iterdir() if path.is_file()]
    assert len(files) >= 5
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    secrets = [path.read_text() for path in files] + [(up / "postgres" / "password").read_text()]
    shown = "\n".join(" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"]))
    assert not [secret for secret in secrets if secret in shown]
    logs = "\n".join(log.read_text(errors="replace") for log in (up / "airflow" / "logs").glob("*.log"))
    assert not [secret for secret in secrets if secret in logs]


def test_health_checks_of_the_containers_agree(up):
    for part in airflow_api.HEALTHY:
        assert command("health", part, api_address()).returncode == 0


def test_up_again_changes_nothing(up):
    before = services.running()
    assert set(before) == set(services.SERVICES)
    assert command("services", "up").returncode == 0
    assert services.running() == before


def test_up_mends_what_died(up):
    before = services.running()
    os.kill(before["scheduler"], signal.SIGKILL)
    time.sleep(1)
    done = command("services", "up")
    assert done.returncode == 0, done.stderr
    assert "not running: scheduler" in done.stdout
    after = services.running()
    assert set(after) == set(services.SERVICES)
    assert {name for name in after if after[name] != before[name]} == {"scheduler"}


def test_down_leaves_no_process(up):
    """Also when a service was killed, and can no longer see to its own children."""
    postmaster = int((up / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    processes = [*ours(), psutil.Process(postmaster)]
    assert len(processes) > len(services.SERVICES)
    os.kill(services.running()["scheduler"], signal.SIGKILL)
    done = command("services", "down")
    assert done.returncode == 0, done.stderr
    assert [process for process in processes if alive(process)] == []
    assert services.running() == {}
    assert command("services", "down").returncode == 0
