"""docker-compose.yml: what can be known of it without a container engine."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from include.commands import services
from include.settings import PROJECT
from include.warehouse import embedded, server

TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
AIRFLOW = {"api-server", "scheduler", "dag-processor", "triggerer", "prepare"}
SECRETS = {
    "POSTGRES_PASSWORD": "a",
    "AIRFLOW_ADMIN_PASSWORD": "b",
    "AIRFLOW_FERNET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "AIRFLOW_SECRET_KEY": "d",
    "AIRFLOW_JWT_SECRET": "0123456789012345678901234567890123456789",
    "DROP_FOLDER": "/srv/drop",
}


def compose_config(**environment: str) -> subprocess.CompletedProcess:
    if shutil.which("docker-compose") is None:
        pytest.skip("needs docker-compose (on Debian: apt-get install docker-compose)")
    return subprocess.run(
        ["docker-compose", "--file", PROJECT / "docker-compose.yml", "config"],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def in_container(service: str) -> dict[str, str]:
    """A service's environment, its variables filled in, its hosts ours."""

    def filled(match: re.Match) -> str:
        return SECRETS[match[1]] if match[1] in SECRETS else match[2].removeprefix("-")

    values = {
        name: re.sub(r"\$\{(\w+):([^}]*)\}", filled, str(value))
        for name, value in SERVICES[service]["environment"].items()
    }
    return values | {"PERMANENCE_DATABASE_URL": server.admin_url()}


def run_in(service: str, command: list[str], **more: str) -> subprocess.CompletedProcess:
    """Run a container's command here, with its environment and the settings of this test."""
    return subprocess.run(
        [sys.executable, *command[1:]],
        cwd=PROJECT,
        env=os.environ | in_container(service) | more,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_is_a_valid_file():
    done = compose_config(**SECRETS)
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == AIRFLOW | {"postgres"}


@pytest.mark.parametrize("missing", SECRETS)
def test_refuses_to_start_without(missing):
    done = compose_config(**{name: value for name, value in SECRETS.items() if name != missing})
    assert done.returncode != 0
    assert missing in done.stderr


def test_no_secret_has_a_default():
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]*)\}", TEXT))
    # an address that is not given is empty, and counts as none
    assert defaults == {"AIRFLOW_PORT": "8080", "WAREHOUSE_PORT": "5432", "PERMANENCE_SSD_DATABASE_URL": ""}


def test_nothing_is_published_beyond_the_loopback():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not any("network_mode" in service for service in SERVICES.values())


@pytest.mark.parametrize("name", SERVICES)
def test_is_hardened_and_comes_back(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("no" if name == "prepare" else "unless-stopped")
    assert ("healthcheck" in service) == (name != "prepare")


def test_server_keeps_records_out_of_its_log_as_the_embedded_one_does():
    told = dict(option.removeprefix("-c").split("=") for option in SERVICES["postgres"]["command"][1:])
    shared = {name: value for name, value in embedded.SETTINGS.items() if name in told}
    assert told == shared
    assert {"log_min_messages", "log_error_verbosity", "log_min_error_statement"} <= set(told)


def test_services_wait_for_the_preparation():
    for name in AIRFLOW - {"prepare"}:
        assert SERVICES[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


def test_image_has_what_the_commands_need_and_nobody_is_root():
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    copied = {line.split()[1] for line in dockerfile.splitlines() if re.fullmatch(r"COPY (\w+) \1", line)}
    let_through = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == {"include", "dags", "dbt_project", "expectations"}
    assert all(f"!{name}" in let_through for name in copied | {"uv.lock", "pyproject.toml", ".python-version"})
    assert dockerfile.index("USER permanence") < dockerfile.index("ENTRYPOINT")
    assert "--frozen --no-dev" in dockerfile


def test_runs_the_services_that_make_up_runs():
    """test_services starts these, with these arguments."""
    assert {name: SERVICES[name]["command"] for name in AIRFLOW - {"prepare"}} == services.SERVICES


def test_commands_run_with_their_environment(local_folder):
    """The preparation, and what Airflow is told behind the image's entrypoint."""
    done = run_in("prepare", SERVICES["prepare"]["entrypoint"])
    assert done.returncode == 0, done.stderr
    entrypoint = ["python", "-m", "include.commands.airflow_environment"]
    assert json.dumps(entrypoint) in (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    told = run_in("scheduler", [*entrypoint, "config", "get-value", "core", "execution_api_server_url"]).stdout
    assert told.splitlines()[-1] == "http://api-server:8080/execution/"


def test_health_check_fails_while_nothing_answers():
    for name in AIRFLOW - {"prepare"}:
        check = [
            part.replace(":8080", ":9").replace("api-server:", "127.0.0.1:")
            for part in SERVICES[name]["healthcheck"]["test"]
        ]
        done = run_in(name, check[1:])
        assert done.returncode == 1
        assert "is not healthy" in done.stderr
