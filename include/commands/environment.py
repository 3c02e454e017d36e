"""Make .venv what uv.lock says: `python3 include/commands/environment.py`.

Runs before there is an environment, so on any Python 3.8 or newer, with nothing but its standard library.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
MADE_FROM = ("uv.lock", "pyproject.toml", ".python-version")


def make_environment(project: Path) -> None:
    """Bring the project's .venv to its uv.lock; returns at once when it is there already."""
    wanted = hashlib.sha256(b"".join((project / name).read_bytes() for name in MADE_FROM)).hexdigest()
    done = project / ".venv" / ".made-from"
    local = project / ".local"
    local.mkdir(exist_ok=True)
    with (local / "environment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (project / ".venv" / "bin" / "python").exists() and done.exists() and done.read_text() == wanted:
            return
        uv = find_uv(local)
        print("making .venv from uv.lock (555 MB; the first time its packages are downloaded)", flush=True)
        ours = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        run(
            [uv, "sync", "--frozen", "--quiet", "--compile-bytecode"],
            "uv could not make .venv. It needs a Python 3.12 on this machine and the package index "
            "(behind a mirror: UV_DEFAULT_INDEX).",
            cwd=project,
            env={**ours, "UV_PROJECT_ENVIRONMENT": ".venv"},
        )
        done.write_text(wanted)


def find_uv(local: Path) -> str:
    """uv from the PATH, else from .local/uv, installed there when it isn't."""
    found = shutil.which("uv")
    if found:
        return found
    own = local / "uv" / "bin" / "uv"
    if not own.exists():
        print("installing uv into .local/uv", flush=True)
        remedy = "Install uv yourself, or Python's venv and pip (on Debian: apt-get install python3-venv)."
        run(
            [sys.executable, "-m", "venv", "--clear", str(local / "uv")], f"No uv, and python3 -m venv failed. {remedy}"
        )
        pip = [str(local / "uv" / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        run([*pip, "install", "uv"], f"There is no uv here, and pip could not install it. {remedy}")
    return str(own)


def run(command, remedy, **more):
    """Run a command; when it fails, end with the remedy."""
    if subprocess.run(command, check=False, **more).returncode:
        sys.exit(f"{' '.join(command)} failed. {remedy}")


if __name__ == "__main__":
    make_environment(PROJECT)
