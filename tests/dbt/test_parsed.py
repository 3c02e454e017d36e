"""What dbt made of the project is kept: a build on it is the build that dbt makes of the files."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from include.transform import dbt, parsed
from include.transform.parsed import KEPT, ParseFailed, parsed_project
from include.warehouse import server
from tests.builds import make_schemas
from tests.conftest import environment

NIGHT = date(2026, 3, 31)
# models of every layer, seeds, and their tests
SELECTED = ["+dim_permanence_option", "+dim_team"]
ARGUMENTS = ["--warn-error", "build", "--exclude-resource-type", "unit_test", "--select", *SELECTED]
RELATIONS = """
select
    c.relnamespace::regnamespace::text, c.relname, c.relpersistence, obj_description(c.oid), a.attname,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(c.oid, a.attnum)
from pg_class as c
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
where c.relkind = 'r' and c.relnamespace::regnamespace::text like %s
order by 1, 2, a.attnum
"""
INDEXES = """
select count(*), count(*) filter (where i.indisunique) from pg_index as i
inner join pg_class as c on i.indrelid = c.oid where c.relnamespace::regnamespace::text like %s
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch):
    """A project of one model, and a local folder in which nothing is parsed yet."""
    made = tmp_path / "project"
    (made / "models").mkdir(parents=True)
    (made / "models" / "one.sql").write_text("select 1 as one", encoding="utf-8")
    (made / "dbt_project.yml").write_text("name: one\nversion: 1.0.0\nprofile: permanence\n", encoding="utf-8")
    shutil.copy(dbt.PROJECT_FOLDER / "profiles.yml", made)
    monkeypatch.setattr(dbt, "PROJECT_FOLDER", made)
    # with the tests' own server: one of its own would be started for this folder, and stay
    named = {"PERMANENCE_DATABASE_URL": server.admin_url(), "PERMANENCE_LOCAL_FOLDER": str(tmp_path / "local")}
    with environment(**named):
        yield made


def _kept(tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "local" / "dbt").iterdir()}


@pytest.mark.torture
def test_a_build_on_the_parsed_project_is_the_one_on_its_files(empty_warehouse, tmp_path):
    """A warning or a deprecation of either is an error."""
    told = {}
    for schema, run in (("build_files", dbt.run), ("build_parsed", parsed.run)):
        make_schemas(empty_warehouse, schema)
        target = tmp_path / schema
        target.mkdir()
        variables = f'{{"as_at": "{NIGHT}", "known_on": "{NIGHT}", "build_id": "{schema}"}}'
        assert run([*ARGUMENTS, "--vars", variables], schema=schema, target=target) == 0
        nodes = {(node["node"], node["status"], node["rows"]) for node in dbt.run_results(target)}
        relations = [
            (of_schema.removeprefix(schema), *rest)
            for of_schema, *rest in empty_warehouse.rows(RELATIONS, (f"{schema}_%",))
        ]
        options = empty_warehouse.rows(f"select * from {schema}_marts.dim_permanence_option order by 1")
        told[schema] = (nodes, relations, options, empty_warehouse.rows(INDEXES, (f"{schema}_%",)))
    assert told["build_files"] == told["build_parsed"]
    assert len(told["build_files"][2]) > 5
    assert empty_warehouse.rows("select nspname from pg_namespace where nspname like 'parsed%%'") == []
    manifest = dbt.manifest(tmp_path / "build_parsed")
    assert {node["schema"] for node in manifest["nodes"].values() if node["resource_type"] == "model"} == {
        f"build_parsed_{layer}" for layer in ("staging", "intermediate", "marts")
    }


def test_it_is_parsed_anew_when_a_file_changes_and_only_then(project, tmp_path):
    first = parsed_project()
    written = (first / "manifest.json").stat().st_mtime_ns
    assert parsed_project() == first
    assert (first / "manifest.json").stat().st_mtime_ns == written
    changed = project / "models" / "one.sql"
    text = changed.read_text(encoding="utf-8")
    changed.write_text("select 2 as one", encoding="utf-8")
    second = parsed_project()
    assert second != first
    (model,) = dbt.manifest(second)["nodes"].values()
    assert model["raw_code"] == "select 2 as one"
    changed.write_text(text, encoding="utf-8")
    assert parsed_project() == first
    assert _kept(tmp_path) == {first.name, second.name}
    # of many those stay that were used last
    used = second.stat().st_mtime_ns + 1
    for number in range(KEPT):
        other = tmp_path / "local" / "dbt" / f"other{number}"
        other.mkdir()
        os.utime(other, ns=(used, used))
    assert parsed_project() == first
    (project / "models" / "two.sql").write_text("select 2 as two", encoding="utf-8")
    third = parsed_project()
    assert len(_kept(tmp_path)) == KEPT
    assert {first.name, third.name} <= _kept(tmp_path)
    assert second.name not in _kept(tmp_path)


def test_a_project_that_cannot_be_parsed_says_so_and_leaves_nothing(project, tmp_path):
    (project / "models" / "two.sql").write_text("select * from {{ ref('nobody') }}", encoding="utf-8")
    with pytest.raises(ParseFailed, match="can't parse the project"):
        parsed_project()
    assert parsed.run(["build"], schema="build_nothing", target=tmp_path) == 2
    assert _kept(tmp_path) == set()


def test_several_who_ask_at_once_make_one(project, tmp_path):
    code = (
        "from pathlib import Path; from include.transform import dbt, parsed\n"
        f"dbt.PROJECT_FOLDER = Path({str(project)!r})\nprint(parsed.parsed_project())"
    )
    at_once = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {process.communicate()[0].strip() for process in at_once}
    assert [process.returncode for process in at_once] == [0, 0, 0]
    assert len(said) == 1
    assert _kept(tmp_path) == {Path(said.pop()).name}
