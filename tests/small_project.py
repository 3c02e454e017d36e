"""A copy of the dbt project without what counts and shows figures, for tests of how nights run.

Such a test (what may be published, several at work at once, interrupted tasks, failing nights, readers) builds again
and again and does not care which marts there are; a build takes as long as there are models. Facts, dimensions,
positions, trackers and lists are the project's own, and gate 2 has its rules of them. The mart of figures is there and
empty, for publishing keeps what it says. Only tests know of it.
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
_COUNTING = ("benchmarks", "figures", "performance", "suppression", "timescales", "voice")
_READS = re.compile(r"'(\w+)'|\{(?:intermediate|seeds)\}\.(\w+)")  # of a macro's or a model's, or of a rule's


def make(folder: Path) -> Path:
    """Copy the project without what counts into a folder; returns the folder of the copy."""
    project = folder / "dbt_project"
    shutil.copytree(_WHOLE, project, ignore=shutil.ignore_patterns("target", "logs"))
    for name in _COUNTING:
        for path in [*project.glob(f"models/intermediate/{name}/*"), *project.glob(f"models/marts/{name}/*.sql")]:
            path.unlink()
    for path in [
        project / "models/marts/permanence/permanence_survival_curve.sql",
        project / "models/marts/permanence/permanence_timescales.sql",
        *project.glob("macros/figure*.sql"),
    ]:
        path.unlink()
    _make_empty(project / "models/marts/figures/figures.sql")
    while unread := _unread(project):
        for path in unread:
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


def _unread(project: Path) -> list[Path]:
    """Files of models and seeds that nothing reads; marts are for readers."""
    texts = [path.read_text(encoding="utf-8") for path in project.rglob("*.sql")]
    texts += [rule.query for rule in _rules(project)]
    read = {name for text in texts for names in _READS.findall(text) for name in names}
    files = [
        *project.glob("models/staging/**/*.sql"),
        *project.glob("models/intermediate/**/*.sql"),
        *project.glob("seeds/*.csv"),
    ]
    return [path for path in files if path.stem not in read]


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
