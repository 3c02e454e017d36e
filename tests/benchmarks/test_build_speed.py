"""The whole dbt build at SIZE 10, as a ratio to the same compiled SQL run by psql in the same run.

Both run two things at a time, each when what it reads is there. dbt's time is counted from its first node's start to
its last one's end; what it takes before that (start, parsing) is shown apart.
"""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import date, datetime
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from include.commands.sql import psql_environment
from include.sample.exports import write_exports
from include.settings import settings
from include.transform import dbt
from include.warehouse.connection import Role, parameters
from tests.benchmarks.measuring import psql, seconds
from tests.builds import dbt_build, make_schemas
from tests.end_to_end.night import load

NIGHT = date(2026, 3, 31)
SIZE = 10.0
MOST = 1.5
BUILT, BY_HAND = "build_dbt", "build_psql"

pytestmark = pytest.mark.bench


def _built(target: Path) -> tuple[float, float]:
    """Seconds of a dbt build: from its first node to its last, and before that."""
    whole = seconds(lambda: dbt_build(NIGHT, BUILT, target))
    moments = [
        datetime.fromisoformat(timing[edge])
        for result in json.loads((target / "run_results.json").read_text())["results"]
        for timing in result["timing"]
        for edge in ("started_at", "completed_at")
    ]
    nodes = (max(moments) - min(moments)).total_seconds()
    return nodes, whole - nodes


def _statements(node: dict, target: Path) -> Iterator[str]:
    """What dbt sent for a node, for the schemas of the build by hand."""
    relation = f"{BY_HAND}_{node['config']['schema']}.{node['name']}"
    if node["resource_type"] == "seed":
        yield f"create table {relation} as table {node['schema']}.{node['name']}"
        return
    sent = (target / "run" / node["package_name"] / node["original_file_path"]).read_text(encoding="utf-8")
    yield sent.replace(f"{BUILT}_", f"{BY_HAND}_").replace(f'"{node["name"]}__dbt_tmp"', f'"{node["name"]}"')
    for index in node["config"].get("indexes") or []:
        unique = "unique " if index.get("unique") else ""
        yield f"create {unique}index on {relation} ({', '.join(index['columns'])})"


def _psql(script: str) -> None:
    environment = psql_environment(parameters(Role.BUILDER))
    environment["PGOPTIONS"] += f" {dbt.PLANNING}"
    subprocess.run(psql("-o", "/dev/null"), input=script, env=environment, text=True, check=True)


def _by_hand(target: Path) -> float:
    """Seconds of the same statements through psql, as many at a time as dbt."""
    nodes = {
        name: node
        for name, node in dbt.manifest(target)["nodes"].items()
        if node["resource_type"] in ("seed", "model") and node["config"]["enabled"]
    }
    scripts = {name: ";\n".join(_statements(node, target)) for name, node in nodes.items()}
    order = TopologicalSorter(
        {
            name: [parent for parent in node["depends_on"].get("nodes", []) if parent in nodes]
            for name, node in nodes.items()
        }
    )
    order.prepare()
    began = time.perf_counter()
    running = {}
    with ThreadPoolExecutor(settings().dbt_threads) as workers:
        while order.is_active():
            running |= {workers.submit(_psql, scripts[name]): name for name in order.get_ready()}
            for finished in wait(running, return_when=FIRST_COMPLETED).done:
                finished.result()
                order.done(running.pop(finished))
    return time.perf_counter() - began


def test_speed_of_the_build(empty_warehouse, capsys):
    write_exports(empty_warehouse.drop, [NIGHT], size=SIZE)
    load(NIGHT)
    for name in (BUILT, BY_HAND):
        make_schemas(empty_warehouse, name)
    with empty_warehouse.connect() as connection:
        connection.execute("vacuum analyze")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        nodes, before = _built(target)
        by_hand = _by_hand(target)
        slowest = sorted(dbt.run_results(target), key=lambda node: -node["seconds"])[:8]
    with empty_warehouse.connect(Role.BUILDER) as connection:
        for table in ("fct_cic_review", "permanence_tracker"):
            (same,) = connection.execute(
                f"select (select count(*) from {BUILT}_marts.{table}) = (select count(*) from {BY_HAND}_marts.{table})"
            ).fetchone()
            assert same, table
    with capsys.disabled():
        print(
            f"\ndbt build at SIZE {SIZE:g}: nodes {nodes:.1f} s = {nodes / by_hand:.2f} x the same SQL by psql "
            f"({by_hand:.1f} s); start and parsing {before:.1f} s before that; slowest: "
            + ", ".join(f"{node['node'].split('.')[-1]} {node['seconds']:.1f} s" for node in slowest),
            end="",
        )
    assert nodes / by_hand <= MOST
