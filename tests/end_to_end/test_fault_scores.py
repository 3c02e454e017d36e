"""What the two gates catch of each planted fault today: the document's list says it, fault by fault."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from expectations.landing.volume import TREND_BATCHES
from expectations.registry import landing_catalogue, publication_rules
from include.contract.model import source
from include.landing.land import LandingError
from include.night import load_delivery, publish_day
from include.quality.results import GateStopped
from include.sample.exports import DEFAULT_NIGHTS, SOURCES, file_of, write_exports
from include.sample.faults.fault_list import FAULTS
from include.sample.faults.planting import Fault
from include.settings import PROJECT
from tests.conftest import Warehouse, copy_of, warehouse_of
from tests.end_to_end.across import decided_across
from tests.end_to_end.night import load, run_night

pytestmark = pytest.mark.torture

DOCUMENT = PROJECT / "docs" / "sample_authority.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
EVE, NIGHT = DEFAULT_NIGHTS
SIZE = 0.15
# a file that is the one of the day before is told from those of the week, which changed every day at this size
WEEK_SIZE = 0.4
WEEK = [NIGHT - timedelta(days=number) for number in range(TREND_BATCHES, 0, -1)]
NOT_CAUGHT = "not caught"
FAILURES = """
    select source || '.' || table_name, record_key, column_name, rule_id, coalesce(person, '')
    from quality.failure where nights @> %(night)s
    union
    -- a rule between sources names its column in its id
    select split_part(f.rule_id, '.', 1) || '.' || split_part(f.rule_id, '.', 2), f.record_key,
        split_part(f.rule_id, '.', 3), f.rule_id, coalesce(f.child_ref, '')
    from quality.publication_failure as f
    inner join ops.build as b on b.build_id = f.build_id and b.as_at = %(night)s
"""


@pytest.fixture(scope="module")
def eve(template, tmp_path_factory):
    """A warehouse in which the night before was published, without a fault."""
    with warehouse_of(template, tmp_path_factory.mktemp("eve")) as made:
        write_exports(made.drop, [EVE, NIGHT], size=SIZE)
        run_night(EVE)
        yield made


def _failures(warehouse: Warehouse, night: date) -> set[tuple]:
    """What both gates found: table, key, column, rule and person."""
    return set(warehouse.rows(FAILURES, {"night": night}))


def _listed(drop: Path) -> list[tuple[str, str, str, str]]:
    found = []
    for name in SOURCES:
        path = drop / name / f"{NIGHT}.faults.csv"
        if path.is_file():
            found += [tuple(line.split(",")) for line in path.read_text().splitlines()[1:]]
    return found


def _persons(drop: Path) -> dict[tuple[str, str], str]:
    """The person of every record of a night that names one, by table and key."""
    found = {}
    for name in SOURCES:
        for table in source(name).tables:
            if table.person and len(table.key) == 1:
                rows = pd.read_csv(drop / name / NIGHT.isoformat() / file_of(table), dtype=str, keep_default_na=False)
                people = zip(rows[table.key[0]], rows[table.person], strict=True)
                found |= {(table.full_name, key): person for key, person in people}
    return found


def _outcome_of_records(warehouse: Warehouse, before: set[tuple], persons: dict) -> dict[str, str]:
    """Rules that name each planted fault: its record, its person, or, where no key can be shown, its table."""
    new = _failures(warehouse, NIGHT) - before
    caught: dict[str, set[str]] = {fault.name: set() for fault in FAULTS if fault.change}
    for table, key, field, fault in _listed(warehouse.drop):
        for of_table, record_key, column, rule, person in new:
            # a column's rule counts for the fault in that column; a rule of the record for any
            if of_table == table and record_key == key and column in ("", field):
                caught[fault].add(rule)
            # a pair is listed under either of its records; a missing person under the records that name it
            same_person = person != "" and person == persons.get((table, key))
            if same_person and of_table == table and column == "" and field:
                caught[fault].add(rule)
            if same_person and fault == "orphan" and rule.endswith(".clae_person_id.refers_to_nothing"):
                caught[fault].add(rule)
            if of_table == table and record_key == "" and fault in ("key_missing", "name_for_an_id"):
                caught[fault].add(rule)
    return {name: _with_severities(rules) or NOT_CAUGHT for name, rules in caught.items()}


def _with_severities(rules: set[str]) -> str:
    known = {rule.id: rule.severity for rule in (*landing_catalogue().values(), *publication_rules())}
    return ", ".join(f"{rule} ({known[rule]})" for rule in sorted(rules))


def _outcome_after_a_week(template: str, folder: Path, fault: Fault) -> str:
    """The rules across batches that a file with a fault fails, after a week of nights without one."""
    name = fault.table.partition(".")[0]
    with warehouse_of(template, folder) as warehouse:
        write_exports(warehouse.drop, WEEK, size=WEEK_SIZE)
        for night in WEEK:
            load_delivery(name, night)
        write_exports(warehouse.drop, [NIGHT], size=WEEK_SIZE)
        load_delivery(name, NIGHT)
        before = decided_across(warehouse, NIGHT, name)
        write_exports(warehouse.drop, [NIGHT], size=WEEK_SIZE, fault_names=[fault.name])
        load_delivery(name, NIGHT)
        return ", ".join(sorted(decided_across(warehouse, NIGHT, name).keys() - before)) or NOT_CAUGHT


@pytest.fixture(scope="module")
def outcomes(eve, template, tmp_path_factory) -> dict[str, str]:
    """What became of each fault: the rules that list it, or how the night stopped."""
    found = {}
    with copy_of(eve, tmp_path_factory.mktemp("clean")) as clean:
        load(NIGHT)
        publish_day(NIGHT, NIGHT)
        before, persons = _failures(clean, NIGHT), _persons(clean.drop)
    with copy_of(eve, tmp_path_factory.mktemp("records")) as warehouse:
        write_exports(warehouse.drop, [NIGHT], size=SIZE, fault_names=["all"])
        load(NIGHT)
        publish_day(NIGHT, NIGHT)
        found |= _outcome_of_records(warehouse, before, persons)
    for fault in FAULTS:
        if fault.name == "previous_days_file":
            found[fault.name] = _outcome_after_a_week(template, tmp_path_factory.mktemp(fault.name), fault)
        elif fault.of_file:
            with copy_of(eve, tmp_path_factory.mktemp(fault.name)) as warehouse:
                write_exports(warehouse.drop, [NIGHT], size=SIZE, fault_names=[fault.name])
                found[fault.name] = _outcome_of_file(warehouse, before)
    return found


def _outcome_of_file(warehouse: Warehouse, before: set[tuple]) -> str:
    gate = "gate 1"
    try:
        load(NIGHT)
        gate = "gate 2"
        publish_day(NIGHT, NIGHT)
    except LandingError as refused:
        return "refused: " + str(refused).partition(": ")[2].partition(". ")[0].rpartition("/")[2]
    except GateStopped as stopped:
        rules = sorted({word for word in str(stopped).replace(",", " ").split() if word.count(".") >= 2})
        return f"{gate} stopped: " + ", ".join(rules)
    rules = {rule for _, _, _, rule, _ in _failures(warehouse, NIGHT) - before}
    if len(rules) > 3:
        return f"{len(rules)} rules, {min(rules)} among them"
    return ", ".join(sorted(rules)) or NOT_CAUGHT


def table(outcomes: dict[str, str]) -> str:
    """The document's list."""
    lines = ["| fault | caught by |", "| --- | --- |"]
    return "\n".join(lines + [f"| {fault.name} | {outcomes[fault.name]} |" for fault in FAULTS])


def test_the_document_says_what_the_gates_catch(outcomes):
    text = DOCUMENT.read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == table(outcomes), f"the document's list must read\n{table(outcomes)}"
