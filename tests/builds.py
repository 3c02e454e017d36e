"""A dbt build for tests, into schemas of its own, without the ledger of builds and without gates."""

import json
from datetime import date
from pathlib import Path

from include.transform import parsed
from include.warehouse.builds import LAYERS
from include.warehouse.connection import Role
from tests.conftest import Warehouse


def make_schemas(warehouse: Warehouse, name: str) -> None:
    """The empty schemas of a build, in the place of those of an earlier one of that name."""
    with warehouse.connect(Role.BUILDER) as connection:
        for layer in LAYERS:
            connection.execute(f"drop schema if exists {name}_{layer} cascade")
            connection.execute(f"create schema {name}_{layer}")


def dbt_build(
    day: date,
    name: str,
    target: Path,
    *selection: str,
    known_on: date | None = None,
    without: str = "unit_test",
    leaving_out: tuple[str, ...] = (),
) -> None:
    """Have dbt build what is selected (everything, where nothing is), as at a day, known on it or on another day.

    `without`: the type of resource that is left out; `leaving_out`: the nodes that are, though selected.
    """
    variables = json.dumps({"as_at": day.isoformat(), "known_on": (known_on or day).isoformat(), "build_id": name})
    selected = ["--select", *selection] if selection else []
    excluded = ["--exclude", *leaving_out] if leaving_out else []
    arguments = ["build", "--exclude-resource-type", without, *selected, *excluded, "--vars", variables]
    assert parsed.run(arguments, schema=name, target=target) == 0
