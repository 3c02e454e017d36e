"""An existing PostgreSQL instead of the embedded one: one variable, a user who is no superuser, the same night."""

import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from include.warehouse import embedded
from tests.conftest import environment


@pytest.fixture
def existing_server():
    """Address of a server of its own, as a user who may only create databases and roles."""
    folder = Path(tempfile.mkdtemp(prefix="permanence-existing-"))
    folder.chmod(0o755)
    admin = embedded.ensure_running(folder / "postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("create role council login createdb createrole password 'made-up'")
    yield admin.replace("postgres:", "council:", 1).replace(admin.split(":")[2].split("@")[0], "made-up")
    embedded.remove(folder / "postgres")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.torture
def test_the_night_runs_on_a_server_named_by_one_variable(existing_server, sample_exports, tmp_path, run_command):
    address = existing_server
    drop = tmp_path / "drop"
    shutil.copytree(sample_exports, drop)
    local = tmp_path / "local"
    with environment(
        PERMANENCE_DATABASE_URL=address,
        PERMANENCE_DROP_FOLDER=str(drop),
        PERMANENCE_LOCAL_FOLDER=str(local),
        PERMANENCE_ARCHIVE_FOLDER=str(tmp_path / "archive"),
        PERMANENCE_WAREHOUSE_DATABASE="permanence",
        PERMANENCE_AIRFLOW_DATABASE="permanence_airflow",
    ):
        outcome = run_command("include.commands.run")
        assert outcome.returncode == 0, outcome.stdout[-2000:] + outcome.stderr[-2000:]
        assert "marts.permanence_tracker" in outcome.stdout
        assert not (local / "postgres").exists(), "the embedded server was started too"
        with psycopg.connect(address.replace("/postgres", "/permanence")) as connection:
            assert connection.execute("select count(*) from ops.publication").fetchone()[0] == 1
        assert "made-up" not in outcome.stdout
