"""A night on which one record in twenty of every nightly table is in quarantine: it is published, and says so."""

import csv
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from include.contract.model import Table, sources
from include.night import publish_day
from tests import small_project as small
from tests.conftest import Warehouse, warehouse_of
from tests.deliveries import LEAST
from tests.end_to_end.conftest import EARLIER, NIGHT
from tests.end_to_end.night import load

pytestmark = pytest.mark.torture
NIGHTLY = ("ssd", "cssu", "momo")
NEW_CHILD = "NEW9001"
SHARE = 20

Records = list[dict[str, str]]


@dataclass(frozen=True)
class Night:
    """A published night, the children in care by its exports before they were spoilt, and how much was spoilt."""

    warehouse: Warehouse
    in_care: set[str]
    on_plan: set[str]
    spoilt: dict[str, int]
    records: dict[str, int]


def _read(path: Path) -> Records:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def _write(path: Path, records: Records) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def _headers(table: Table, record: dict[str, str]) -> dict[str, str]:
    """The header of each of the contract's columns in a file."""
    return {column.name: header for header in record if (column := table.column_of_header(header)) is not None}


def _repeated(table: Table, record: dict[str, str], headers: dict[str, str]) -> Records:
    """The record, and another one with its key: which of the two is right nobody can tell. Of a table that has nothing
    but its key: the record without it."""
    kept = {*table.key, *table.stand_in_key, *table.dated_by, table.person}
    others = [c for c in table.recorded_columns if c.name in headers and c.name not in table.key]
    if not others:
        return [record | {headers[name]: "" for name in table.key}]
    other = next((c for c in others if c.name not in kept), others[0])
    value = "2001-01-01" if other.data_type != "text" else "Z9"
    return [record, record | {headers[other.name]: value if record[headers[other.name]] != value else ""}]


def _spoil(table: Table, record: dict[str, str], turn: int) -> Records:
    """What stands in the place of a record so that gate 1 keeps it back: one of three ways."""
    headers = _headers(table, record)
    dates = [name for name in table.dated_by if name not in table.key]
    needs_person = table.person and table.person not in table.key and table.column(table.person).required
    if turn % 3 == 1 and needs_person:
        return [record | {headers[table.person]: ""}]
    if turn % 3 == 2 and len(dates) == len(table.dated_by) > 0:
        return [record | {headers[name]: "" for name in dates}]
    return _repeated(table, record, headers)


def _spoil_table(table: Table, today: Records, yesterday: Records, chance: Random) -> tuple[Records, int]:
    """One record in twenty of those that said the same the night before; returns them all, and how many are spoilt."""
    before = {json.dumps(record) for record in yesterday}
    standing = [at for at, record in enumerate(today) if json.dumps(record) in before]
    chosen = set(chance.sample(standing, min(len(standing), -(-len(today) // SHARE))))
    records, count = [], 0
    for at, record in enumerate(today):
        instead = _spoil(table, record, at) if at in chosen else [record]
        count += len(instead) if at in chosen else 0
        records += instead
    return records, count


def _new_in_care(tables: dict[str, Records]) -> None:
    """A child whose record says a date of birth that is no day, new in care that night."""
    ids = {"P1": NEW_CHILD, "C1": "C9001", "E1": "E9001", "PL1": "PL9001", "L1": "L9001"}
    dates = {"2025-01-06": NIGHT.isoformat(), "2015-05-05": "31/02/2015"}
    for name in ("person", "cla_episodes", "cla_placement", "legal_status"):
        like = dict.fromkeys(tables[name][0], "")
        tables[name].append(like | {key: (ids | dates).get(value, value) for key, value in LEAST[name].items()})


@pytest.fixture(scope="module")
def night(template, sample_exports, small_project_folder, tmp_path_factory):
    """Both nights of the sample, the second one spoilt; one build."""

    chance, spoilt, counts = Random(20260331), {}, {}
    with small.in_use(small_project_folder), warehouse_of(template, tmp_path_factory.mktemp("quarantine")) as made:
        shutil.copytree(sample_exports, made.drop, dirs_exist_ok=True)
        load(EARLIER)
        in_care, on_plan = set(), set()
        for name in NIGHTLY:
            folder = made.drop / name / NIGHT.isoformat()
            (folder / "manifest.json").unlink()
            (folder / "_READY").touch()
            files = {
                table.name: path
                for table in sources()[name].tables
                for path in folder.glob("*.csv")
                if table.matches(path.name)
            }
            tables = {table: _read(path) for table, path in files.items()}
            if name == "ssd":
                _new_in_care(tables)
                in_care = {r["clae_person_id"] for r in tables["cla_episodes"] if not r["clae_cla_episode_ceased_date"]}
                on_plan = {r["cppl_person_id"] for r in tables["cp_plans"] if not r["cppl_cp_plan_end_date"]}
            for table, records in tables.items():
                if not records:
                    continue
                before = _read(made.drop / name / EARLIER.isoformat() / files[table].name)
                changed, spoilt[f"{name}.{table}"] = _spoil_table(sources()[name].table(table), records, before, chance)
                counts[f"{name}.{table}"] = len(changed)
                _write(files[table], changed)
        load(NIGHT)
        assert publish_day(NIGHT, NIGHT) is not None
        yield Night(made, in_care, on_plan, spoilt, counts)


def test_the_publication_says_how_many_records_are_in_quarantine_and_by_which_rules(night):
    ((records, rules),) = night.warehouse.rows(
        "select records_in_quarantine, rules_in_quarantine from marts.publication"
    )
    held = dict(
        night.warehouse.rows(
            "select b.source || '.' || (f ->> 'table'), (f ->> 'quarantined')::integer "
            "from ops.batch_standing as b cross join lateral jsonb_array_elements(b.files) as f "
            "where b.batch_date = %s",
            (NIGHT,),
        )
    )
    assert {name: count for name, count in night.spoilt.items() if held[name] < count} == {}
    assert records == sum(held.values())
    nightly = {name for name, count in night.records.items() if count >= SHARE}
    assert {name for name in nightly if held[name] * SHARE < night.records[name] * 0.9} <= {"momo.statements"}
    assert set(rules) == {
        rule
        for (rule,) in night.warehouse.rows(
            "select distinct rule_id from quality.failure where severity = 'critical' and nights @> %s::date", (NIGHT,)
        )
    }
    assert {rule.rpartition(".")[0].rpartition(".")[2] + "." + rule.rpartition(".")[2] for rule in rules} >= {
        "key.repeated",
        "person.missing",
        "date.missing",
    }


@pytest.mark.parametrize("tracker", ["permanence_tracker", "cp_tracker"])
def test_every_child_with_a_failing_record_is_flagged_and_no_other(night, tracker):
    shown = {
        child: (failing, held, set(rules))
        for child, failing, held, rules in night.warehouse.rows(
            f"select child_ref, records_failing, records_held, failed_rules from marts.{tracker}"
        )
    }
    failing: dict[str, set[str]] = {}
    held: set[str] = set()
    for child, rule, severity in night.warehouse.rows(
        "select person, rule_id, severity from quality.failure "
        "where severity <> 'info' and person is not null and nights @> %s::date",
        (NIGHT,),
    ):
        failing.setdefault(child, set()).add(rule)
        if severity == "critical":
            held.add(child)
    assert {child: rules for child, (_, _, rules) in shown.items() if rules} == {
        child: rules for child, rules in failing.items() if child in shown
    }
    assert {child for child, (count, _, _) in shown.items() if count} == failing.keys() & shown.keys()
    assert {child for child, (_, count, _) in shown.items() if count} == held & shown.keys()
    assert held & shown.keys()


def test_every_child_in_care_or_on_a_plan_stands_there_by_the_last_good_versions(night):
    for tracker, children in (("permanence_tracker", night.in_care), ("cp_tracker", night.on_plan)):
        shown = {child for (child,) in night.warehouse.rows(f"select child_ref from marts.{tracker}")}
        assert shown == children
        assert night.warehouse.value(f"select count(*) from marts.{tracker}") == len(children)


def test_a_child_new_in_care_with_a_bad_date_of_birth_is_on_the_tracker_that_night(night):
    assert night.warehouse.rows(
        "select care_started_on, age_years, records_failing, failed_rules from marts.permanence_tracker "
        "where child_ref = %s",
        (NEW_CHILD,),
    ) == [(NIGHT, None, 1, ["ssd.person.pers_dob.unreadable"])]
