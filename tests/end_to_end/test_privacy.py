"""A made-up name planted in every text column, and in records that break COPY, a key and a cast, is found in no log,
no XCom and no quality table; and in no mart but child_identity, save where a professional or a team has a name."""

import csv
import logging
import shutil
from pathlib import Path
from unittest.mock import patch

import openpyxl
import psycopg
import pytest

from expectations.publication.personal_texts import NAMES_OF_STAFF
from include.commands import quality
from include.contract.model import source
from include.landing.land import LandingError
from include.quality.worklist import read_worklist
from include.settings import settings
from include.warehouse import server
from include.warehouse.connection import Role
from tests.conftest import warehouse_of
from tests.end_to_end.conftest import NIGHT
from tests.end_to_end.night import load, run_night

CHILD, PROFESSIONAL, ELSEWHERE = "Zorvane Quillibex", "Zantor Plantedworker", "Zelwick Hiddenby"
SHOWN_KINDS = {"name": CHILD, "professional_name": PROFESSIONAL, "team_name": PROFESSIONAL}


def _planted(kind: str) -> str:
    return SHOWN_KINDS.get(kind, ELSEWHERE)


def _plant(folder: Path, source_name: str) -> int:
    """Plant a name in every column of every table of a batch: one further record a column. Returns how many."""
    planted = 0
    (folder / "manifest.json").unlink(missing_ok=True)
    (folder / "_READY").touch()
    for table in source(source_name).tables:
        (path,) = [entry for entry in folder.iterdir() if table.matches(entry.name)]
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        if not rows:
            continue
        names = list(rows[0])
        for number, column in enumerate(names):
            row = dict(rows[number % len(rows)])
            for key in table.key:
                if table.column(key).kind == "id":
                    row[key] = f"PLANT{number}"
            row[column] = _planted(table.column(column).kind)
            rows.append(row)
            planted += 1
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return planted


def _tables_with(warehouse, schemas: str, name: str) -> set[str]:
    """Tables of schemas like the pattern in which any row holds the name."""
    found = set()
    for schema, table in warehouse.rows(
        "select schemaname::text, tablename::text from pg_tables where schemaname like %s", (schemas,)
    ):
        if warehouse.value(
            f'select exists (select from "{schema}"."{table}" as t where t::text ilike %s)', (f"%{name}%",)
        ):
            found.add(f"{schema}.{table}")
    return found


def _marts_that_name_staff(warehouse) -> set[str]:
    """Marts with a column for the name of a professional or a team, or for what a figure is broken down by."""
    return {
        f"marts.{mart}"
        for (mart,) in warehouse.rows(
            "select distinct table_name::text from information_schema.columns where table_schema = 'marts' and "
            "column_name = any(%s)",
            (list(NAMES_OF_STAFF),),
        )
    }


class _Caught(logging.Handler):
    """Every line that is logged, at any level, for as long as it is attached."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record):
        self.text += self.format(record) + "\n"


@pytest.fixture(scope="module")
def planted(template, sample_exports, tmp_path_factory):
    """A warehouse in which a night with names planted everywhere was run to its end, and what was logged meanwhile."""
    caught, root = _Caught(), logging.getLogger()
    level = root.level
    with warehouse_of(template, tmp_path_factory.mktemp("planted")) as made:
        shutil.copytree(sample_exports, made.drop, dirs_exist_ok=True)
        count = sum(_plant(made.drop / name / NIGHT.isoformat(), name) for name in ("ssd", "cssu", "momo"))
        assert count > 150
        root.addHandler(caught)
        root.setLevel(logging.DEBUG)
        try:
            run_night(NIGHT)
        finally:
            root.setLevel(level)
            root.removeHandler(caught)
        yield made, caught.text


def _words(name):
    return name.split()


def test_planted_names_stay_where_they_belong(planted):
    planted, logged = planted
    assert "landed" in logged
    for name in (CHILD, PROFESSIONAL, ELSEWHERE):
        for word in _words(name):
            assert word not in logged, "a log line shows a planted name"
            for schema in ("quality", "ops"):
                assert _tables_with(planted, schema, word) == set()
    assert _tables_with(planted, "marts", CHILD.split()[1]) <= {"marts.child_identity"}
    assert "marts.child_identity" in _tables_with(planted, "marts", CHILD)
    assert _tables_with(planted, "marts", ELSEWHERE.split()[1]) == set()
    assert _tables_with(planted, "marts", PROFESSIONAL.split()[1]) <= _marts_that_name_staff(planted)
    # the planting reached history at all
    assert _tables_with(planted, "raw", ELSEWHERE.split()[1])


def test_the_worklist_that_is_handed_out_holds_no_planted_name(planted, tmp_path):
    with patch.object(quality, "folder", lambda: tmp_path / "quality"):
        page, workbook = quality.write(read_worklist())
    searched = page.read_text(encoding="utf-8")
    for sheet in openpyxl.load_workbook(workbook):
        searched += "".join(f"{sheet.title} {row}" for row in sheet.iter_rows(values_only=True))
    assert searched.count("unreadable") > 100
    for name in (CHILD, PROFESSIONAL, ELSEWHERE):
        for word in _words(name):
            assert word not in searched


def test_names_concerns_and_persons_are_read_by_their_own_readers_and_nobody_else(planted):
    warehouse = planted[0]
    restricted = {
        "child_identity": Role.IDENTITY_READER,
        "foster_carer_concern": Role.RESTRICTED_READER,
        "score_card_person": Role.PERFORMANCE_READER,
        "caseload_person": Role.PERFORMANCE_READER,
    }
    live = {name for (name,) in warehouse.rows("select tablename from pg_tables where schemaname = 'marts'")}
    for role in (Role.READER, *sorted(set(restricted.values()))):
        may_read = warehouse.rows(
            "select relname::text from pg_class where relkind = 'r' and relnamespace = 'marts'::regnamespace "
            "and has_table_privilege(%s, oid, 'select')",
            (role,),
        )
        own = {mart for mart, reader in restricted.items() if reader == role}
        assert {name for (name,) in may_read} == (live - set(restricted) if role == Role.READER else own)
        with warehouse.connect(role) as connection:
            connection.execute(f"select count(*) from marts.{own.pop() if own else 'fct_foster_carer_review'}")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + f"X1,{ELSEWHERE}\n",
        lambda text: text + f'"X1,{ELSEWHERE}\n',
        lambda text: text + f"X1,{ELSEWHERE},,,,,,,\0\n",
    ],
    ids=["fields", "quote", "nul"],
)
def test_a_record_that_breaks_copy_is_named_by_number_only(sample_warehouse, nights, caplog, spoil):
    folder = sample_warehouse.drop / "cssu" / nights[1].isoformat()
    (folder / "manifest.json").unlink()
    (folder / "_READY").touch()
    path = folder / "escalations.csv"
    path.write_text(spoil(path.read_text()))
    caplog.set_level(logging.DEBUG)
    with pytest.raises(LandingError) as caught:
        load(nights[1])
    for word in _words(ELSEWHERE):
        assert word not in str(caught.value)
        assert word not in caplog.text
        for schema in ("quality", "ops"):
            assert _tables_with(sample_warehouse, schema, word) == set()


def test_the_servers_own_log_holds_no_planted_name(planted):
    if settings().database_url is not None:
        pytest.skip("an existing server keeps its log where we can't read it")
    with planted[0].connect(Role.LOADER) as connection, pytest.raises(psycopg.errors.InvalidDatetimeFormat):
        connection.execute(f"select '{ELSEWHERE}'::date")
    logs = [path for path in (settings().local_folder / "postgres").rglob("*.log") if path.is_file()]
    assert logs
    for path in logs:
        assert "Zelwick" not in path.read_text(errors="replace")


@pytest.mark.torture
def test_airflows_logs_and_xcom_hold_no_planted_name(sample_warehouse, nights, run_command):
    """The same night through Airflow: its task logs, the command's own log and output, and XCom are searched."""
    for name in ("ssd", "cssu", "momo"):
        _plant(sample_warehouse.drop / name / nights[1].isoformat(), name)
    outcome = run_command("include.commands.run", "--as-at", nights[1].isoformat())
    assert outcome.returncode == 0, outcome.stderr[-2000:]
    searched = {"output": outcome.stdout + outcome.stderr}
    for path in settings().local_folder.rglob("*.log"):
        if "postgres" not in path.relative_to(settings().local_folder).parts:
            searched[path.name] = path.read_text(errors="replace")
    assert len(searched) > 1
    with psycopg.connect(server.airflow_url().replace("+psycopg2", "")) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public' and tablename in "
            "('xcom', 'log', 'task_instance', 'rendered_task_instance_fields', 'dag_run')"
        ).fetchall()
        assert len(tables) == 5
        for (table,) in tables:
            searched[table] = str(connection.execute(f"select t::text from {table} as t").fetchall())
    for place, text in searched.items():
        for name in (CHILD, PROFESSIONAL, ELSEWHERE):
            for word in _words(name):
                assert word not in text, f"{place} shows a planted name"
