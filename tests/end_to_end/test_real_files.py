"""Real files of every return, landed, gated and recorded: what became of each record is what tests/README.md lists."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from include.night import load_delivery
from include.settings import PROJECT
from tests.conftest import Warehouse, environment, warehouse_of

LISTED = PROJECT / "tests" / "README.md"
# each delivery on the day after the one before: a return delivered again in part is held against the whole one
DELIVERIES = {
    "five returns": [
        ("ssda903", date(year + 1, 7, 1), f"ssda903_2017_2021/{year}-*.csv") for year in range(2017, 2022)
    ],
    "others": [
        ("annex_a", date(2021, 3, 16), "annex_a/*.xlsx"),
        ("cin_census", date(2024, 7, 1), "cin_census/*.xml"),
        ("ssda903", date(2023, 7, 1), "ssda903_edge/SSDA903_2020_*.csv"),
        ("ssda903", date(2023, 7, 2), "ssda903_edge/SSDA903_episodes_for_testing_fixes_INPUT.csv"),
    ],
}


@pytest.fixture(scope="module", params=DELIVERIES)
def loaded(request, real_data, template, tmp_path_factory):
    """A warehouse with the real files of one kind; the council is the one that most of the edge file's records name."""
    with (
        warehouse_of(template, tmp_path_factory.mktemp("real")) as made,
        environment(PERMANENCE_NIGHTLY_SOURCES="", PERMANENCE_COUNCIL_NAMES="Barking and Dagenham"),
    ):
        for source_name, day, pattern in DELIVERIES[request.param]:
            folder = made.drop / source_name / day.isoformat()
            folder.mkdir(parents=True)
            for path in sorted(real_data.glob(pattern)):
                shutil.copyfile(path, folder / path.name)
            load_delivery(source_name, day)
        yield request.param, made


def _listed(kind: str) -> set[tuple[str, ...]]:
    """Rows of the README's table of one kind."""
    (section,) = re.findall(
        rf"<!-- {kind}: begin -->\n(.*?)<!-- {kind}: end -->", LISTED.read_text(encoding="utf-8"), re.DOTALL
    )
    rows = [tuple(cell.strip() for cell in line.strip("|\n").split("|")) for line in section.splitlines()[2:]]
    return {row for row in rows if len(row) == 8}


def _became(warehouse: Warehouse) -> dict[tuple[str, ...], date]:
    """What became of the records of each table of each delivery, as the README lists it, and its day."""
    return {
        tuple(map(str, row)): day
        for day, *row in warehouse.rows(
            "select b.batch_date, b.source, b.slice, f ->> 'table', f ->> 'records', f ->> 'recorded', "
            "f ->> 'quarantined', f ->> 'duplicates', coalesce((select string_agg(distinct q.rule_id, ', ' order by q.rule_id) "
            "from quality.failure as q where q.source = b.source and q.slice = b.slice "
            "and q.table_name = f ->> 'table' and q.severity = 'critical' and q.nights @> b.batch_date), '') "
            "from ops.batch_standing as b cross join jsonb_array_elements(b.files) as f"
        )
    }


def test_every_record_of_the_real_files_is_recorded_a_duplicate_or_quarantined_under_a_rule(loaded):
    kind, warehouse = loaded
    became = _became(warehouse)
    assert set(became) == _listed(kind)
    for (source_name, slice_, table, records, recorded, quarantined, duplicates, rules), day in became.items():
        where = f"{source_name} {slice_} {table}"
        assert int(records) == int(recorded) + int(quarantined) + int(duplicates), where
        assert bool(int(quarantined)) == bool(rules), where
        held = warehouse.value(
            f"select count(*) from raw.{source_name}_{table} where _slice = %s and _recorded @> %s::date", (slice_, day)
        )
        assert held == int(recorded), where


def test_the_records_are_all_there_are_in_the_files(loaded, real_data):
    """Lines of the CSV files; of the workbook and the XML what a reader of their own counts."""
    import openpyxl
    from defusedxml.ElementTree import parse

    kind, warehouse = loaded
    landed = warehouse.value("select sum(record_count)::integer from ops.batch_standing")
    if kind == "five returns":
        paths = sorted(real_data.glob("ssda903_2017_2021/*.csv"))
        assert landed == sum(_lines(path) for path in paths)
        return
    book = openpyxl.load_workbook(real_data / "annex_a" / "Annex_A.xlsx")
    in_lists = sum(
        any(cell.value is not None for cell in row)
        for number in range(5, 11)
        for row in book[f"List {number}"].iter_rows(min_row=2)
    )
    census = parse(real_data / "cin_census" / "CIN_Census_2024.xml")
    names = ("Child", "CINdetails", "Section47", "ChildProtectionPlans", "CPPreviewDate")
    in_census = sum(sum(1 for _ in census.iter(name)) for name in names)
    edges = sum(_lines(path) for path in real_data.glob("ssda903_edge/*.csv"))
    assert landed == in_lists + in_census + edges


def _lines(path: Path) -> int:
    """Records of a file without line breaks in its fields."""
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8-sig").splitlines()[1:])
