"""Airflow's four services on this machine: `python -m include.commands.services up|down`.

Each is started in a session of its own, so that stopping the session stops what the service started too:
a service that is only sent SIGTERM can leave children behind.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from include.commands import airflow_api
from include.commands.airflow_environment import (
    SIGN_IN,
    airflow_environment,
    airflow_home,
    api_address,
    api_port,
    choose_another_port,
    port_is_free,
    sign_in_password,
)
from include.commands.console import Say, console
from include.commands.prepare import prepare
from include.commands.turn import our_turn
from include.settings import PROJECT, settings
from include.warehouse import embedded

# Logs are read from the shared folder: no log server is needed, and none listens.
SERVICES = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
SECONDS_TO_START = 240
SECONDS_TO_STOP = 30


class ServicesError(Exception):
    """The services did not start; says which, and where its log is."""


def up(say: Say) -> None:
    """Start the services, and the embedded server; nothing happens when they run.

    Raises ServicesError when one of them does not come up.
    """
    with our_turn(say):
        start_missing(say)
        say(f"Airflow is at {api_address()}: sign in as {SIGN_IN} with password {sign_in_password()}")
        say("the warehouse: make sql, or make url for a BI tool; stop everything with make down")


def start_missing(say: Say) -> None:
    """What `up` does, for a caller whose turn it is."""
    alive = running()
    missing = [name for name in SERVICES if name not in alive]
    if alive and missing:
        say(f"not running: {', '.join(missing)}")
    if "api-server" in missing and not port_is_free(api_port()):
        stop_services(say)  # the others know the address that is lost
        missing = list(SERVICES)
        choose_another_port()
    if missing:
        _end_sessions([noted for name, noted in _noted().items() if name in missing])
        prepare(say)
        from include.commands.abandoned import close_abandoned_runs  # imports Airflow: after prepare

        close_abandoned_runs(say)
        say(f"starting Airflow's services: {', '.join(missing)}")
        # a task that is started while nobody answers its calls fails, and waiting for exports has no second try
        others = [name for name in SERVICES if name != "scheduler"]
        _start([name for name in others if name in missing])
        _await_health(say, others, {"metadatabase"})
        _start([name for name in missing if name == "scheduler"])
    _await_health(say, list(SERVICES), airflow_api.HEALTHY)


def down(say: Say) -> None:
    """Stop the services with all they started, and the embedded server; nothing happens when none runs."""
    stop_services(say)
    if settings().database_url is None:
        embedded.stop(settings().local_folder / "postgres")
        say("the embedded PostgreSQL server is stopped")


def running() -> dict[str, int]:
    """Process number of each service that is alive."""
    return {name: noted["pid"] for name, noted in _noted().items() if _is_alive(noted)}


def stop_services(say: Say) -> None:
    """Stop the four services: SIGTERM, and after 30 seconds SIGKILL, for every process of their sessions."""
    noted = _noted()
    if not noted:
        return
    say("stopping Airflow's services")
    _end_sessions(list(noted.values()))
    _note_file().unlink(missing_ok=True)


def _end_sessions(noted: list[dict]) -> None:
    leaders = [psutil.Process(one["pid"]) for one in noted if _is_alive(one)]
    _signal(leaders, signal.SIGTERM)
    psutil.wait_procs(leaders, timeout=SECONDS_TO_STOP)
    for end in (signal.SIGTERM, signal.SIGKILL):
        left = [process for one in noted for process in _session(one)]
        _signal(left, end)
        psutil.wait_procs(left, timeout=5)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _start(names: list[str]) -> None:
    logs = airflow_home() / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    airflow = Path(sys.executable).with_name("airflow")
    noted = _noted()
    for name in names:
        with (logs / f"{name}.log").open("a") as log:
            process = subprocess.Popen(
                [airflow, *SERVICES[name]],
                cwd=PROJECT,
                env=airflow_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        noted[name] = {"pid": process.pid, "started": psutil.Process(process.pid).create_time()}
        _note_file().write_text(json.dumps(noted))


def _await_health(say: Say, names: list[str], parts: set[str]) -> None:
    """Wait until these parts of Airflow report themselves healthy; the services of those names have to be alive."""
    until = time.monotonic() + SECONDS_TO_START
    while waiting := airflow_api.unhealthy() & parts:
        dead = sorted(set(names) - set(running()))
        if dead or time.monotonic() > until:
            which = ", ".join(dead) if dead else ", ".join(sorted(waiting))
            stop_services(say)
            raise ServicesError(f"Did not come up: {which}. Its log is in {airflow_home() / 'logs'}.")
        time.sleep(0.5)


def _note_file() -> Path:
    return airflow_home() / "services.json"


def _noted() -> dict[str, dict]:
    try:
        return json.loads(_note_file().read_text())
    except FileNotFoundError:
        return {}


def _is_alive(noted: dict) -> bool:
    """Is it still the process we started, and not another that was given its number?"""
    try:
        process = psutil.Process(noted["pid"])
        return process.create_time() == noted["started"] and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _session(noted: dict) -> list[psutil.Process]:
    """The processes of a service's session. Its number is not given to another while one of them lives."""
    found = []
    for process in psutil.process_iter():
        try:
            ours = os.getsid(process.pid) == noted["pid"] and process.create_time() >= noted["started"]
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, PermissionError, psutil.NoSuchProcess):
            continue
    leader_replaced = any(p.pid == noted["pid"] and p.create_time() != noted["started"] for p in found)
    return [] if leader_replaced else found


if __name__ == "__main__":
    wanted = sys.argv[1]
    with console(wanted) as tell:
        {"up": up, "down": down}[wanted](tell)
