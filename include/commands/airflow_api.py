"""Airflow's REST API, spoken to over the loopback as the one user that the services know."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from include.commands.airflow_environment import SIGN_IN, api_address, sign_in_password

HEALTHY = {"metadatabase", "scheduler", "dag_processor", "triggerer"}


def unhealthy(address: str | None = None) -> set[str]:
    """Which of Airflow's parts do not report themselves healthy; all of them while nothing answers.

    `address` is the api-server's, http://host:port; default: the one on this machine.
    """
    try:
        answer = httpx.get(f"{address or api_address()}/api/v2/monitor/health", timeout=10, trust_env=False)
        parts = answer.json() if answer.status_code == httpx.codes.OK else {}
    except (httpx.HTTPError, ValueError):
        return HEALTHY
    return {name for name in HEALTHY if (parts.get(name) or {}).get("status") != "healthy"}


@contextmanager
def signed_in() -> Iterator[httpx.Client]:
    """A client that may call the API. Raises httpx.HTTPError when signing in fails."""
    with httpx.Client(base_url=api_address(), timeout=30, trust_env=False) as client:
        answer = client.post("/auth/token", json={"username": SIGN_IN, "password": sign_in_password()})
        answer.raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def dag_is_known(client: httpx.Client, dag_id: str, seconds: float) -> bool:
    """Wait up to so many seconds for the dag-processor to have read the DAG."""
    until = time.monotonic() + seconds
    while (answer := client.get(f"/api/v2/dags/{dag_id}")).status_code != httpx.codes.OK or answer.json()["is_stale"]:
        if time.monotonic() > until:
            return False
        time.sleep(1)
    return True


def trigger(client: httpx.Client, dag_id: str, conf: dict[str, str]) -> str:
    """Start a run of the DAG now; returns its run id. Raises httpx.HTTPError when Airflow refuses."""
    now = datetime.now(UTC).isoformat()
    answer = client.post(f"/api/v2/dags/{dag_id}/dagRuns", json={"logical_date": now, "conf": conf})
    answer.raise_for_status()
    return answer.json()["dag_run_id"]


def run_state(client: httpx.Client, dag_id: str, run_id: str) -> str:
    """State of a run: queued, running, success or failed."""
    return _get(client, f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"]


def running_runs(client: httpx.Client, dag_id: str) -> list[str]:
    """Ids of the DAG's runs that are going on."""
    found = _get(client, f"/api/v2/dags/{dag_id}/dagRuns", params={"state": "running"})["dag_runs"]
    return [run["dag_run_id"] for run in found]


def task_states(client: httpx.Client, dag_id: str, run_id: str) -> dict[str, tuple[str | None, int]]:
    """State and number of the try of each task of a run."""
    found = _get(client, f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
    return {task["task_id"]: (task["state"], task["try_number"]) for task in found}


def reason(client: httpx.Client, dag_id: str, run_id: str, task_id: str, try_number: int) -> str:
    """The last error in a task's log, on one line; empty when the log has none."""
    log = _get(
        client,
        f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{try_number}",
        params={"full_content": "true"},
        headers={"Accept": "application/json"},
    )
    for message in reversed(log["content"]):
        detail = message.get("error_detail") if isinstance(message, dict) else None
        if detail:
            return f"{detail[0]['exc_type']}: {detail[0]['exc_value']}".splitlines()[0]
    return ""


def _get(client: httpx.Client, path: str, **more: dict) -> dict:
    answer = client.get(path, **more)
    answer.raise_for_status()
    return answer.json()
