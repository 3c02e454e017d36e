"""dbt's own unit tests: the edge cases of clocks and periods, in the YAML beside the models."""

import json
from datetime import date
from pathlib import Path

from include.transform import dbt
from include.warehouse.connection import Role

SCHEMA = "build_unit_tests"


def test_every_unit_test_of_a_model_holds(empty_warehouse, manifest, tmp_path):
    with empty_warehouse.connect(Role.BUILDER) as connection:
        for layer in ("seeds", "staging", "intermediate", "marts"):
            connection.execute(f"create schema {SCHEMA}_{layer}")
    day = date(2026, 3, 31).isoformat()
    variables = json.dumps({"as_at": day, "known_on": day, "build_id": SCHEMA})
    selected = ["--select", "+path:models/intermediate", "--exclude-resource-type", "test"]
    assert dbt.run(["build", *selected, "--vars", variables], schema=SCHEMA, target=Path(tmp_path)) == 0
    held = {node["node"] for node in dbt.run_results(Path(tmp_path)) if node["node"].startswith("unit_test.")}
    assert held == set(manifest["unit_tests"])
