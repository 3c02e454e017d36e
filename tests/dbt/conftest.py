"""dbt's manifest of this project, parsed once a session without a database."""

import json
import os
import subprocess

import pytest

from include.transform import dbt


@pytest.fixture(scope="session")
def manifest(tmp_path_factory) -> dict:
    """The manifest; a warning or deprecation while parsing is an error."""
    target = tmp_path_factory.mktemp("dbt")
    command = dbt.command("parse", target=target, log_folder=target / "logs")
    command.insert(1, "--warn-error")
    parsed = subprocess.run(
        command, cwd=target, env=os.environ | {"PERMANENCE_DBT_PORT": "1"}, capture_output=True, text=True, check=False
    )
    assert parsed.returncode == 0, parsed.stdout[-3000:]
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))
