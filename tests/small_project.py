"""A copy of the dbt project with the marts that publishing needs, for tests of how nights run.

Such a test (what may be published, several at work at once, interrupted tasks, failing nights, readers) builds again
and again and does not care which marts there are; a build takes as long as there are models. Trackers, worklist and
positions are the project's own, and gate 2 has its rules of them. The mart of figures is there and empty, for
publishing keeps what it says. A test names the facts that it looks at besides. Only tests know of it.
"""

import re
import shutil
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

import yaml

from expectations import registry
from expectations.rule import Rule
from include.transform import dbt

_WHOLE = dbt.PROJECT_FOLDER
_publication_rules = registry.publication_rules
_NEEDED = {
    "child_identity",
    "cp_tracker",
    "dim_child",
    "fct_child_position",
    "figures",
    "permanence_tracker",
    "publication",
    "publication_source",
    "worklist",
}
# what a model or a macro reads; what a rule reads; a macro that is called
_READS = re.compile(r"'(\w+)'|\{(?:marts|intermediate|seeds)\}\.(\w+)|(\w+)\(")
_MACROS = re.compile(r"\bmacro\s+(\w+)\(")


def make(folder: Path, *wanted: str) -> Path:
    """Copy the project into a folder, with what publishing needs and the wanted marts; returns the folder of the copy.

    Raises ValueError for a mart that the project doesn't have.
    """
    project = folder / "dbt_project"
    shutil.copytree(_WHOLE, project, ignore=shutil.ignore_patterns("target", "logs"))
    marts = {path.stem for path in project.glob("models/marts/**/*.sql")}
    if unknown := {*_NEEDED, *wanted} - marts:
        raise ValueError(f"the project has no mart {', '.join(sorted(unknown))}")
    _make_empty(project / "models/marts/figures/figures.sql")
    read = _read(project, {*_NEEDED, *wanted})
    for path in [*project.glob("models/**/*.sql"), *project.glob("seeds/*.csv")]:
        if path.stem not in read:
            path.unlink()
    _describe_only_what_is_there(project)
    return project


@contextmanager
def in_use(project: Path) -> Iterator[None]:
    """Build that project, and judge it by gate 2's rules of what it has, for as long as the block lasts."""
    rules = cache(lambda: _rules(project))
    with patch.object(dbt, "PROJECT_FOLDER", project), patch.object(registry, "publication_rules", rules):
        yield


def as_here(code: str) -> str:
    """Python for a process of its own that builds the project which is in use here."""
    if dbt.PROJECT_FOLDER == _WHOLE:
        return code
    return (
        "from pathlib import Path; from tests.small_project import in_use\n"
        f"with in_use(Path({str(dbt.PROJECT_FOLDER)!r})):\n{textwrap.indent(code, '    ')}"
    )


def write_dag(project: Path, dag: Path, folder: Path) -> None:
    """Write a DAG's file anew into a folder: the same, but each process that reads it builds that project."""
    (folder / dag.name).write_text(
        "from pathlib import Path\nfrom tests.small_project import in_use\n"
        f"_in_use = in_use(Path({str(project)!r}))\n_in_use.__enter__()\n{dag.read_text(encoding='utf-8')}",
        encoding="utf-8",
    )


def _make_empty(mart: Path) -> None:
    """A mart with the columns that its description promises, and no rows."""
    (described,) = [
        model for path in mart.parent.glob("*.yml") for model in _load(path)["models"] if model["name"] == mart.stem
    ]
    columns = ", ".join(f"null::{column['data_type']} as {column['name']}" for column in described["columns"])
    mart.write_text(f"select {columns} where false", encoding="utf-8")


def _read(project: Path, wanted: set[str]) -> set[str]:
    """Names of the wanted models, and of all that they, the macros they call and gate 2's rules of them read."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in project.glob("models/**/*.sql")}
    for path in project.glob("macros/**/*.sql"):
        text = path.read_text(encoding="utf-8")
        texts |= dict.fromkeys(_MACROS.findall(text), text)
    rules = _publication_rules()
    read, unseen = set(), set(wanted)
    while unseen:
        read |= unseen
        said = [texts[name] for name in unseen & texts.keys()]
        said += [rule.query for rule in rules if rule.id.split(".")[1] in unseen - {"figures"}]
        unseen = {name for text in said for names in _READS.findall(text) for name in names if name} - read
    return read


def _describe_only_what_is_there(project: Path) -> None:
    """Take out the descriptions of what is gone, and the unit tests, which no build runs."""
    there = {path.stem for kind in ("sql", "csv") for path in project.rglob(f"*.{kind}")}
    for path in project.glob("*/**/_*.yml"):
        described = _load(path)
        described.pop("unit_tests", None)
        for kind in {"models", "seeds"} & set(described):
            described[kind] = [one for one in described[kind] if one["name"] in there]
        path.write_text(yaml.safe_dump(described, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _load(path: Path) -> dict:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def _rules(project: Path) -> tuple[Rule, ...]:
    """Gate 2's rules of the marts that the project fills."""
    filled = {path.stem for path in project.glob("models/marts/**/*.sql")} - {"figures"}
    return tuple(rule for rule in _publication_rules() if rule.id.split(".")[1] in filled)
