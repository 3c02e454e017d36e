"""The environment of every Airflow process, and Airflow's own command in it.

`python -m include.commands.airflow_environment scheduler` is `airflow scheduler` with all of this set.
What AIRFLOW__ variables say from outside wins, but for what stands in OURS.
"""

import json
import os
import socket
import sys
from pathlib import Path

from include.commands.secret_files import kept_secret, secret_file, write_private
from include.settings import PROJECT, settings
from include.warehouse import server

SIGN_IN = "admin"
PREFERRED_PORT = 8080

# Another Airflow's variables in the caller's shell must not lead us to its home or its database.
OURS = (
    "AIRFLOW_HOME",
    "AIRFLOW__CORE__DAGS_FOLDER",
    "AIRFLOW__CORE__PLUGINS_FOLDER",
    "AIRFLOW__CORE__LOAD_EXAMPLES",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC",
    "PYTHONPATH",
    "NO_PROXY",
    "no_proxy",
)


def airflow_home() -> Path:
    """Airflow's home under the local folder: logs, port, which services run."""
    return settings().local_folder.resolve() / "airflow"


def airflow_environment() -> dict[str, str]:
    """Environment variables of an Airflow process, this process's own included.

    Secrets come from the environment, else from 0600 files in the local folder, made on first use.
    Starts the embedded server when it is the one to use; raises as include.warehouse.server.admin_url does.
    """
    home = airflow_home()
    home.mkdir(parents=True, exist_ok=True)
    api, no_proxy = api_address(), _without_proxy()
    defaults = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{api}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{SIGN_IN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords_file()),
        "AIRFLOW__CORE__FERNET_KEY": kept_secret("airflow_fernet_key", "AIRFLOW__CORE__FERNET_KEY"),
        "AIRFLOW__API__SECRET_KEY": kept_secret("airflow_api_secret_key", "AIRFLOW__API__SECRET_KEY"),
        "AIRFLOW__API_AUTH__JWT_SECRET": kept_secret("airflow_jwt_secret", "AIRFLOW__API_AUTH__JWT_SECRET"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(api_port()),
        "AIRFLOW__API__BASE_URL": api,
        "AIRFLOW__API__INSTANCE_NAME": "Permanence warehouse",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": server.airflow_url(),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": server.airflow_async_url(),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "GX_ANALYTICS_ENABLED": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(PROJECT),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }
    return defaults | os.environ | {name: defaults[name] for name in OURS}


def api_address() -> str:
    """Where Airflow's web server answers on this machine."""
    return f"http://127.0.0.1:{api_port()}"


def api_port() -> int:
    """The port of Airflow's web server: AIRFLOW__API__PORT, else chosen free once and remembered."""
    if given := os.environ.get("AIRFLOW__API__PORT"):
        return int(given)
    remembered = airflow_home() / "port"
    if not remembered.exists():
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_text(f"{_free_port()}\n")
    return int(remembered.read_text())


def choose_another_port() -> int:
    """Forget the remembered port, which someone else has taken, and choose a free one."""
    (airflow_home() / "port").unlink(missing_ok=True)
    return api_port()


def port_is_free(port: int) -> bool:
    """Could a server listen on this loopback port?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def sign_in_password() -> str:
    """The password of user `admin` of the web pages: AIRFLOW_ADMIN_PASSWORD, else made once and kept."""
    return kept_secret("airflow_admin_password", "AIRFLOW_ADMIN_PASSWORD")


def _without_proxy() -> str:
    """Hosts to reach directly: tasks speak to the api-server here, a proxy for the outside has no part in it."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    return ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost"]))


def _passwords_file() -> Path:
    """The file in which Airflow's simple sign-in looks passwords up (it opens it for writing)."""
    path = secret_file("airflow_passwords.json")
    wanted = json.dumps({SIGN_IN: sign_in_password()})
    if not path.exists() or path.read_text() != wanted:
        write_private(path, wanted)
    return path


def _free_port() -> int:
    if port_is_free(PREFERRED_PORT):
        return PREFERRED_PORT
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    program = Path(sys.executable).with_name("airflow")
    os.execve(program, [str(program), *sys.argv[1:]], airflow_environment())
