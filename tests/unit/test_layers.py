"""Arrows run down only: dags → steps → feeds → contract, warehouse → settings. Read from the imports themselves."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from include.settings import PROJECT

STEPS = {"landing", "quality", "history", "transform", "publish"}
BELOW_A_STEP = {"feeds", "contract", "warehouse", "settings", "run_date"}
MAY_IMPORT = {
    "settings": set(),
    "run_date": set(),
    "contract": {"settings"},
    "warehouse": {"contract", "settings"},
    "feeds": {"contract", "run_date", "settings"},
    **dict.fromkeys(STEPS, BELOW_A_STEP | {"expectations"}),
    "expectations": {"contract"},
    "sample": {"contract", "settings", "feeds"},
    "calendar": {"settings"},
    "night": STEPS | BELOW_A_STEP,
    "restatement": BELOW_A_STEP | {"transform"},
    "backfill": STEPS | BELOW_A_STEP | {"night"},
    "dags": STEPS | {"feeds", "warehouse", "run_date", "night", "backfill"},
}
# the two exceptions of the design, name by name
EXCEPTIONS = {
    ("landing", "include.history.ledger"),
    ("landing", "include.history"),
    ("quality", "include.history.ledger"),
    ("quality", "include.history"),
    ("quality", "include.landing.land"),
    ("history", "include.landing.land"),
}
ONLY_OF_LANDING = {"ensure_landed"}


def _room(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return parts[1] if parts[0] == "include" and len(parts) > 1 else parts[0]


def _imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, set()


FILES = [
    path
    for folder in ("include", "dags", "expectations")
    for path in sorted((PROJECT / folder).rglob("*.py"))
    if "commands" not in path.parts and "versions" not in path.parts and path.name != "__init__.py"
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_no_arrow_points_up(path):
    room = _room(path)
    for module, names in _imports(path):
        top, *rest = module.split(".")
        if top not in {"include", "expectations", "dags"}:
            continue
        other = rest[0] if top == "include" and rest else ("include" if top == "include" else top)
        if other == room or other in MAY_IMPORT[room]:
            continue
        assert (room, module) in EXCEPTIONS, f"{room} may not import {module}"
        if module == "include.landing.land":
            assert names <= ONLY_OF_LANDING, f"{room} may import only {ONLY_OF_LANDING} of landing, not {names}"


def test_no_room_of_the_sample_authority_knows_one_that_knows_it():
    rooms: dict[str, set[str]] = {}
    for path in FILES:
        folders = path.relative_to(PROJECT).with_suffix("").parts
        if folders[:2] == ("include", "sample"):
            known = rooms.setdefault(folders[2], set())
            for module, names in _imports(path):
                if module == "include.sample":
                    known |= names
                elif module.startswith("include.sample."):
                    known.add(module.split(".")[2])
            known.discard(folders[2])
    assert len(rooms) > 15
    TopologicalSorter(rooms).prepare()  # raises CycleError where there is one


def test_a_dag_file_imports_nothing_heavy_when_it_is_read():
    for path in (PROJECT / "dags").glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                assert module.split(".")[0] in {"airflow", "datetime"}, f"{path.name} imports {module} at its top"
        assert not path.name.startswith("dbt_"), "dbt's plugin discovery imports dags/dbt_*.py"


def test_no_clock_in_a_dag_a_model_or_a_rule():
    forbidden = ("now(", "current_date", "current_timestamp", "today(", "clock_timestamp")
    folders = [PROJECT / "dags", PROJECT / "dbt_project" / "models", PROJECT / "dbt_project" / "macros"]
    for path in [p for folder in (*folders, PROJECT / "expectations") for p in folder.rglob("*") if p.is_file()]:
        if path.suffix in {".py", ".sql"}:
            code = path.read_text(encoding="utf-8").lower()
            for word in forbidden:
                assert word not in code, f"{path.relative_to(PROJECT)} has {word}"
