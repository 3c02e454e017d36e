"""dbt as a process of its own: its command, its environment, its report. Its messages lose what may quote data."""

import ctypes
import hashlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from include.settings import PROJECT, settings
from include.warehouse.connection import SESSION, Role, parameters

PROJECT_FOLDER = PROJECT / "dbt_project"

log = logging.getLogger(__name__)

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\([^)]*\)=\([^)]*\)")
_NOISE = re.compile(r" of \d+ (START|PASS) |^\d\d:\d\d:\d\d\s*$")
_LEFT_BEHIND = re.compile(r"^\s*(DETAIL|CONTEXT|HINT|LINE \d+|compiled code)\b.*$", re.MULTILINE)

# A join on two columns that say the same (a period of care and its child) is taken for a handful of rows once both
# sides are analysed, and the next join is then gone through pair by pair: minutes or hours, when autovacuum comes in
# the middle of a build. A build joins whole tables, so it hashes. Without nested loops a cost says nothing of work, and
# would have every query compiled.
PLANNING = "-c enable_nestloop=off -c jit=off"


def environment(schema: str) -> dict[str, str]:
    """Environment of a dbt process that builds into the schemas of `schema`; secrets only here, never in files."""
    known = parameters(Role.BUILDER)
    return os.environ | {
        "PERMANENCE_DBT_HOST": known.get("host", "127.0.0.1"),
        "PERMANENCE_DBT_PORT": str(known.get("port", 5432)),
        "PERMANENCE_DBT_USER": known.get("user", ""),
        "DBT_ENV_SECRET_PERMANENCE_PASSWORD": known.get("password", ""),
        "PERMANENCE_DBT_DATABASE": known["dbname"],
        "PERMANENCE_DBT_SCHEMA": schema,
        "PERMANENCE_DBT_THREADS": str(settings().dbt_threads),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
        "PGOPTIONS": f"{os.environ.get('PGOPTIONS', '')} {SESSION} {PLANNING}".strip(),
    }


def project_fingerprint() -> str:
    """sha256 over everything dbt builds from: a changed model, seed or macro makes another build."""
    digest = hashlib.sha256()
    for path in sorted(PROJECT_FOLDER.rglob("*")):
        if path.is_file() and path.suffix in {".sql", ".yml", ".csv", ".md"} and "target" not in path.parts:
            digest.update(str(path.relative_to(PROJECT_FOLDER)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def command(*arguments: str, target: Path, log_folder: Path, program: list[str] | None = None) -> list[str]:
    """A dbt command line for this project, with a target folder of its own and no log file.

    `program`: what takes the arguments, where it is not dbt itself.
    """
    return [
        *(program or [str(Path(sys.executable).parent / "dbt")]),
        "--log-level-file",
        "none",
        "--no-use-colors",
        *arguments,
        "--project-dir",
        str(PROJECT_FOLDER),
        "--profiles-dir",
        str(PROJECT_FOLDER),
        "--target-path",
        str(target),
        "--log-path",
        str(log_folder),
    ]


def run(arguments: list[str], *, schema: str, target: Path, program: list[str] | None = None) -> int:
    """Run a dbt command, its output line by line into the log without what may quote data; returns its exit code.

    `program` as `command` has it.
    """
    with subprocess.Popen(
        command(*arguments, target=target, log_folder=target / "logs", program=program),
        env=environment(schema),
        cwd=target,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - one call that takes no lock
    ) as process:
        for line in process.stdout or ():
            # a model that is made is progress; that one starts, or that a test passes, is noise
            if line.strip() and not _NOISE.search(line):
                log.info("%s", without_data(line.rstrip()))
    return process.returncode


def run_results(target: Path) -> list[dict]:
    """What dbt reports of each node: unique_id, status, seconds, rows, message without data."""
    path = target / "run_results.json"
    if not path.is_file():
        return []
    return [
        {
            "node": result["unique_id"],
            "status": result["status"],
            "seconds": round(result["execution_time"], 3),
            "rows": (result.get("adapter_response") or {}).get("rows_affected"),
            "message": without_data(result.get("message") or ""),
        }
        for result in json.loads(path.read_text(encoding="utf-8"))["results"]
    ]


def manifest(target: Path) -> dict:
    """The manifest that dbt wrote into its target folder."""
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


def without_data(message: str) -> str:
    """A message of dbt or PostgreSQL with all that is quoted taken out: PostgreSQL quotes values and keys."""
    return _QUOTED.sub("…", _LEFT_BEHIND.sub("", message)).strip()


def _die_with_parent() -> None:
    # a task that is killed must not leave dbt building behind the back of its retry
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
