"""dbt's own unit tests: the edge cases of clocks and periods, in the YAML beside the models."""

from datetime import date

from include.transform import dbt
from tests.builds import dbt_build, make_schemas

SCHEMA = "build_unit_tests"


def test_every_unit_test_of_a_model_holds(empty_warehouse, manifest, tmp_path):
    make_schemas(empty_warehouse, SCHEMA)
    dbt_build(date(2026, 3, 31), SCHEMA, tmp_path, "+path:models/intermediate", without="test")
    held = {node["node"] for node in dbt.run_results(tmp_path) if node["node"].startswith("unit_test.")}
    assert held == set(manifest["unit_tests"])
