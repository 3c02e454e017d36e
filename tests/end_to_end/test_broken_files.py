"""Files that are broken, of every source, each put down as a delivery and loaded as `make land` does.

Each ends in one clear line and an unchanged warehouse, or is harmless and what can't be read of it is listed. The
process that loads them keeps below a gigabyte. Kinds and what must be said of them: `tests/broken/`.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import pytest

from include.contract.expressions import can_be_unreadable
from include.contract.model import Table, source
from include.night import load_delivery
from include.sample.exports import DEFAULT_NIGHTS
from include.sample.returns.of_years import write_returns
from include.settings import PROJECT
from tests import small_project as small
from tests.broken.csv_kinds import CSV_KINDS
from tests.broken.kind import NAME, Kind
from tests.broken.workbook_kinds import WORKBOOK_KINDS
from tests.broken.xml_kinds import XML_KINDS
from tests.conftest import Warehouse, warehouse_of
from tests.end_to_end.night import run_night

SEED = 20260331
GIGABYTE = 1 << 20  # in kilobytes
EARLIER, NIGHT = DEFAULT_NIGHTS
YEAR, RETURNED, COUNTED = 2022, date(2023, 6, 30), date(2023, 7, 31)
GOOD = [
    *((name, EARLIER) for name in ("ssd", "cssu", "momo")),
    ("ssda903", RETURNED),
    ("cin_census", COUNTED),
    ("annex_a", NIGHT),
]
# which file of which source is broken: by its folder below the good deliveries
TABLES = {
    "ssd": ["person", "cla_episodes", "legal_status", "cla_reviews"],
    "cssu": ["permanence_plan_decisions", "review_details", "escalations"],
    "momo": ["statements"],
    "ssda903": ["header", "episodes", "reviews"],
}


@dataclass(frozen=True)
class Case:
    """A file of a good delivery, and a way in which it is broken; `table`: of a CSV file, the table it is of."""

    source: str
    day: date
    good: str
    table: Table | None
    name: str
    kind: Kind

    @property
    def id(self) -> str:
        return f"{self.source} {self.table.name if self.table else 'document'}: {self.name}"


def _cases() -> list[Case]:
    """Every kind of every file."""
    found = []
    for source_name, tables in TABLES.items():
        day = RETURNED if source_name == "ssda903" else NIGHT
        prefix = {"ssd": "ssd_", "ssda903": f"{YEAR}-"}.get(source_name, "")
        for table in tables:
            good = f"csv/{source_name}/{day}/{prefix}{table}.csv"
            found += [
                Case(source_name, day, good, source(source_name).table(table), name, kind)
                for name, kind in CSV_KINDS.items()
                # a file of which a column is left out loses its empty lines too
                if (table, name) != ("statements", "an empty line between")
            ]
    for source_name, day, file in (
        ("ssda903", RETURNED, f"{YEAR}-ssda903.xml"),
        ("cin_census", COUNTED, f"CIN_Census_{YEAR + 1}.xml"),
    ):
        found += [
            Case(source_name, day, f"xml/{source_name}/{day}/{file}", None, name, kind)
            for name, kind in XML_KINDS.items()
        ]
    found += [
        Case("annex_a", NIGHT, f"csv/annex_a/{NIGHT}/Annex_A.xlsx", None, name, kind)
        for name, kind in WORKBOOK_KINDS.items()
    ]
    return found


CASES = _cases()


def _a_few() -> list[Case]:
    """Every third kind that is refused, of small files: each of another source or table than the one before."""
    by_kind: dict[int, list[Case]] = {}
    for case in CASES:
        if case.kind.outcome == "refused" and case.source not in ("ssd", "cssu"):
            by_kind.setdefault(id(case.kind), []).append(case)
    return [cases[number % len(cases)] for number, cases in enumerate(by_kind.values()) if number % 5 == 0]


# what lists a harmless record of a document: its first child's id, or a day of it, is no such thing
_OF_DOCUMENTS = {
    "ssda903": {"key": {"ssda903.header.key.missing"}},
    "cin_census": {"key": {"cin_census.children.key.missing"}},
    "annex_a": {
        "key": {"annex_a.child_protection_plans.key.missing"},
        "unreadable": {"annex_a.child_protection_plans.plan_start_date.unreadable"},
    },
}


@pytest.fixture(scope="module")
def good(sample_exports, tmp_path_factory) -> Path:
    """Good deliveries of the made-up council, from which each broken one is made."""
    folder = tmp_path_factory.mktemp("good")
    shutil.copytree(sample_exports, folder / "csv")
    write_returns(folder / "csv", [YEAR], workbooks=[NIGHT])
    write_returns(folder / "xml", [YEAR], xml=True)
    return folder


@contextmanager
def _loaded(template: str, good: Path, folder: Path) -> Iterator[Warehouse]:
    """A warehouse with the night before, and with the returns as they were first delivered."""
    with warehouse_of(template, folder) as made:
        for source_name in ("ssd", "cssu", "momo"):
            shutil.copytree(
                good / "csv" / source_name / EARLIER.isoformat(), made.drop / source_name / EARLIER.isoformat()
            )
        for source_name, day in (("ssda903", RETURNED), ("cin_census", COUNTED), ("annex_a", NIGHT)):
            shutil.copytree(good / "csv" / source_name / day.isoformat(), made.drop / source_name / day.isoformat())
        yield made


def _break(case: Case, good: Path, drop: Path, number: int) -> None:
    """Put a broken delivery down: the other files of its day as they are, and its own broken."""
    chance = Random(f"{SEED} {case.id}")
    whole = good / case.good
    folder = drop / case.source / case.day.isoformat()
    folder.mkdir(parents=True)
    for path in whole.parent.iterdir():
        if path.name not in (whole.name, "manifest.json") or (path.name == "manifest.json" and case.kind.manifest):
            os.link(path, folder / path.name)
    if not case.kind.manifest:
        (folder / "_READY").touch()
    content = whole.read_bytes()
    if whole.suffix == ".csv":
        records = list(csv.reader(io.StringIO(content.decode(), newline="")))
        broken = case.kind.broken(records, chance)
    else:
        broken = case.kind.broken(content.decode() if whole.suffix == ".xml" else content, chance)
    assert broken != content
    (folder / whole.name).write_bytes(broken)


def _land(cases: list[Case], good: Path, folder: Path) -> tuple[list[dict], int]:
    """What became of each, and the most memory that the process took which loaded them, in kilobytes."""
    plan = []
    for number, case in enumerate(cases):
        drop = folder / "cases" / str(number)
        _break(case, good, drop, number)
        plan.append({"source": case.source, "day": case.day.isoformat(), "drop": str(drop)})
    (folder / "cases.json").write_text(json.dumps(plan), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.broken.land", str(folder)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    shutil.rmtree(folder / "cases")
    *became, memory = [json.loads(line) for line in ran.stdout.splitlines()]
    assert NAME.split()[0] not in ran.stderr
    return became, memory["kilobytes"]


def _wrong(case: Case, became: dict) -> list[str]:
    """What is not as it must be."""
    found = []
    told = " ".join(became["said"])
    if became["outcome"] not in {"kept out": {"refused", "stopped"}}.get(case.kind.outcome, {case.kind.outcome}):
        found.append(f"is {became['outcome']}: {told}")
    if NAME.split()[0] in json.dumps(became) or became["names_in"]:
        found.append(f"names somebody: {became['names_in']} {told}")
    if case.kind.outcome == "loaded":
        return found + [f"does not list {rule}" for rule in _listed(case) - set(became["rules"])]
    if not became["unchanged"]:
        found.append("changes the warehouse")
    if became["outcome"] == "refused" and became["landing"]:
        found.append("leaves something in landing")
    file = re.escape(Path(case.good).name) if became["outcome"] == "refused" else re.escape(case.source)
    # what is refused is so for one reason; a file that is not what it says can break a rule of its own and of others
    if became["outcome"] == "refused" and len(became["said"]) != 1:
        found.append(f"says {len(became['said'])} things: {told}")
    says = re.compile(f"{file}.*?{case.kind.says}")
    if not became["said"] or any("\n" in line or not says.search(line) for line in became["said"]):
        found.append(f"says {told}")
    return found


def _listed(case: Case) -> set[str]:
    """Rules that must list a harmless record: what can't be read of it, and that it has no key."""
    if case.table is None:
        return set() if case.kind.says is None else _OF_DOCUMENTS[case.source][case.kind.says]
    column = case.table.columns[0 if case.kind.says == "key" else 1]
    rules = {f"{case.table.full_name}.{column.name}.unreadable"} if can_be_unreadable(column) else set()
    if case.kind.says == "key" and not case.table.stand_in_key:
        rules.add(f"{case.table.full_name}.key.missing")
    return rules


def _all_as_they_must_be(cases: list[Case], became: list[dict]) -> None:
    wrong = [f"{case.id}: {what}" for case, of in zip(cases, became, strict=True) for what in _wrong(case, of)]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cases)}:", *wrong])


@pytest.mark.torture
def test_every_broken_file_ends_in_a_clear_line_and_an_unchanged_warehouse(
    template, small_project_folder, good, tmp_path
):
    assert len(CASES) >= 300
    with small.in_use(small_project_folder), _loaded(template, good, tmp_path) as made:
        run_night(EARLIER)
        assert made.value("select count(*) from marts.permanence_tracker") > 0
        load_delivery("annex_a", NIGHT)
        became, memory = _land(CASES, good, tmp_path)
    _all_as_they_must_be(CASES, became)
    assert memory < GIGABYTE


def test_a_few_broken_files_end_in_a_clear_line_and_an_unchanged_warehouse(template, good, tmp_path):
    cases = _a_few()
    with _loaded(template, good, tmp_path) as made:
        load_delivery("momo", EARLIER)
        assert made.value("select count(*) from raw.momo_statements") > 0
        became, memory = _land(cases, good, tmp_path)
    assert {case.source for case in cases} == {"momo", "ssda903", "cin_census", "annex_a"}
    _all_as_they_must_be(cases, became)
    assert memory < GIGABYTE
