"""What the two gates catch of each planted fault today: the document's list says it, fault by fault."""

from datetime import date
from pathlib import Path

import pytest

from include.landing.land import LandingError
from include.night import publish_day
from include.quality.results import GateStopped
from include.sample.exports import DEFAULT_NIGHTS, SOURCES, write_exports
from include.sample.fault_list import FAULTS
from include.settings import PROJECT
from tests.conftest import Warehouse, copy_of, warehouse_of
from tests.end_to_end.night import load, run_night

pytestmark = pytest.mark.torture

DOCUMENT = PROJECT / "docs" / "sample_authority.md"
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
EVE, NIGHT = DEFAULT_NIGHTS
NOT_CAUGHT = "not caught"
FAILURES = (
    "select source || '.' || table_name, record_key, column_name, rule_id from quality.failure where nights @> %s"
)


@pytest.fixture(scope="module")
def eve(template, tmp_path_factory):
    """A warehouse in which the night before was published, without a fault."""
    with warehouse_of(template, tmp_path_factory.mktemp("eve")) as made:
        write_exports(made.drop, [EVE, NIGHT])
        run_night(EVE)
        yield made


def _failures(warehouse: Warehouse, night: date) -> set[tuple]:
    return set(warehouse.rows(FAILURES, (night,)))


def _listed(drop: Path) -> list[tuple[str, str, str, str]]:
    found = []
    for name in SOURCES:
        path = drop / name / f"{NIGHT}.faults.csv"
        if path.is_file():
            found += [tuple(line.split(",")) for line in path.read_text().splitlines()[1:]]
    return found


def _outcome_of_records(warehouse: Warehouse, before: set[tuple]) -> dict[str, str]:
    """Rules that name the record (or, where its key can't be shown, its table) of each planted fault."""
    new = _failures(warehouse, NIGHT) - before
    caught: dict[str, set[str]] = {fault.name: set() for fault in FAULTS if fault.change}
    for table, key, field, fault in _listed(warehouse.drop):
        for of_table, record_key, column, rule in new:
            # a column's rule counts for the fault in that column; a rule of the record for any
            if of_table == table and record_key == key and column in ("", field):
                caught[fault].add(rule)
            if of_table == table and record_key == "" and fault in ("key_missing", "name_for_an_id"):
                caught[fault].add(rule)
    return {name: ", ".join(sorted(rules)) or NOT_CAUGHT for name, rules in caught.items()}


@pytest.fixture(scope="module")
def outcomes(eve, tmp_path_factory) -> dict[str, str]:
    """What became of each fault: the rules that list it, or how the night stopped."""
    found = {}
    with copy_of(eve, tmp_path_factory.mktemp("clean")) as clean:
        load(NIGHT)
        before = _failures(clean, NIGHT)
    with copy_of(eve, tmp_path_factory.mktemp("records")) as warehouse:
        write_exports(warehouse.drop, [NIGHT], fault_names=["all"])
        load(NIGHT)
        found |= _outcome_of_records(warehouse, before)
        try:
            publish_day(NIGHT, NIGHT)
        except GateStopped as stopped:
            found["all"] = f"gate 2 stopped: {stopped}"
    for fault in FAULTS:
        if fault.of_file:
            with copy_of(eve, tmp_path_factory.mktemp(fault.name)) as warehouse:
                write_exports(warehouse.drop, [NIGHT], fault_names=[fault.name])
                found[fault.name] = _outcome_of_file(warehouse, before)
    return found


def _outcome_of_file(warehouse: Warehouse, before: set[tuple]) -> str:
    try:
        load(NIGHT)
    except LandingError as refused:
        return "refused: " + str(refused).partition(": ")[2].partition(". ")[0].rpartition("/")[2]
    except GateStopped as stopped:
        rules = sorted({word for word in str(stopped).replace(",", " ").split() if word.count(".") >= 2})
        return "gate 1 stopped: " + ", ".join(rules)
    rules = {rule for *_, rule in _failures(warehouse, NIGHT) - before}
    return ", ".join(sorted(rules)) or NOT_CAUGHT


def table(outcomes: dict[str, str]) -> str:
    """The document's list."""
    lines = ["| fault | caught by |", "| --- | --- |"]
    return "\n".join(lines + [f"| {fault.name} | {outcomes[fault.name]} |" for fault in FAULTS])


def test_the_document_says_what_the_gates_catch(outcomes):
    text = DOCUMENT.read_text(encoding="utf-8")
    shown = text.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == table(outcomes), f"the document's list must read\n{table(outcomes)}"


def test_no_fault_of_a_record_stops_the_night(outcomes):
    assert "all" not in outcomes
