"""Each rule of the nightly sources and of Annex A fires on the record that breaks it, and not on the nearest one.

Every pair has two worlds of its own: all good records of the source, under ids that no other world has, but for what
the pair says. All worlds of a source come in one delivery.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from expectations.landing.structure import structural_rules
from expectations.registry import business_rules, landing_catalogue
from include.contract.model import source
from tests.conftest import warehouse_of
from tests.deliveries import PEOPLE, RECORDS, deliver
from tests.end_to_end.night import load
from tests.good_records import GOOD, beside, spoilt

NIGHT = date(2026, 3, 31)
SOURCES = ("ssd", "cssu", "momo", "annex_a")
FOLDER = Path(__file__).parents[1] / "landing_pairs"
WRITTEN = {
    name: yaml.load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader) for name in SOURCES
}
Records = dict[str, list[dict[str, str]]]


def _written(source_name: str, told: dict[str, list[dict[str, str]]]) -> Records:
    """The records that a side of a written pair tells, each over the good one of its table."""
    return {name: [GOOD[source_name][name] | record for record in records] for name, records in told.items()}


def _derived(source_name: str, table_name: str, what: list[str]) -> tuple[Records, Records]:
    """Beside the good record one that is spoilt, and the same before it was spoilt."""
    good = GOOD[source_name][table_name]
    nearest = {"refers_to_nothing": [], "repeated": [good]}.get(what[-1], [beside(source_name, table_name)])
    return {table_name: [good, *spoilt(source_name, table_name, what)]}, {table_name: [good, *nearest]}


def _pairs(source_name: str) -> dict[str, tuple[Records, Records]]:
    """By rule, the records of the world in which it fires, and of the one in which it does not."""
    pairs = {}
    for table in source(source_name).tables:
        for rule in structural_rules(table):
            pairs[rule.id] = _derived(source_name, table.name, rule.id.split(".")[2:])
    for rule, pair in WRITTEN[source_name].items():
        pairs[f"{source_name}.{rule}"] = (_written(source_name, pair["fires"]), _written(source_name, pair["silent"]))
    return pairs


PAIRS = {name: _pairs(name) for name in SOURCES}
RULE_IDS = [rule_id for pairs in PAIRS.values() for rule_id in pairs]


def _named(table, record: dict[str, str], world: str) -> dict[str, str]:
    """A record under ids of its world; what can't be read as an id, or is none, stays as it is."""
    return {
        name: f"{value}x{world}" if value and " " not in value and table.column(name).kind == "id" else value
        for name, value in record.items()
    }


@pytest.fixture(scope="module")
def fired(template, tmp_path_factory) -> Iterator[dict[str, set[str]]]:
    """By rule the worlds in which it listed a record, of one delivery of each source."""
    found = defaultdict(set)
    with warehouse_of(template, tmp_path_factory.mktemp("pairs")) as warehouse:
        worlds: dict[tuple[str, str], list[str]] = defaultdict(list)
        for source_name, pairs in PAIRS.items():
            tables: Records = {table.name: [] for table in source(source_name).tables}
            sides = {"good": {}} | {
                f"{number}{side}": told
                for number, rule_id in enumerate(pairs)
                for side, told in zip(("f", "s"), pairs[rule_id], strict=True)
            }
            always = {name: [record] for name, record in GOOD[source_name].items()} | RECORDS.get(source_name, {})
            if source_name == "ssd":
                always["person"] = PEOPLE
            for world, told in sides.items():
                for name, records in (always | told).items():
                    table = source(source_name).table(name)
                    tables[name] += [_named(table, record, world) for record in records]
                    worlds[source_name, name] += [world] * len(records)
            deliver(warehouse.drop, source_name, NIGHT, tables)
        load(NIGHT)
        for source_name, name, rule_id, record in warehouse.rows(
            "select source, table_name, rule_id, record_number from quality.failure"
        ):
            found[rule_id].add(worlds[source_name, name][record - 1])
        found["evaluated"] = {rule_id for (rule_id,) in warehouse.rows("select rule_id from quality.result")}
        yield found


def _worlds(rule_id: str) -> tuple[str, str]:
    number = list(PAIRS[rule_id.split(".")[0]]).index(rule_id)
    return f"{number}f", f"{number}s"


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_the_rule_fires_on_the_record_that_breaks_it_and_not_on_the_nearest(fired, rule_id):
    breaks_it, does_not = _worlds(rule_id)
    assert breaks_it in fired[rule_id]
    assert does_not not in fired[rule_id]


def test_no_rule_fires_on_good_records(fired):
    assert {rule_id for rule_id, worlds in fired.items() if "good" in worlds} == set()


def test_every_rule_is_evaluated_and_has_its_pair(fired):
    of_sources = {rule.id for rule in landing_catalogue().values() if rule.about in SOURCES and rule.scope == "row"}
    assert of_sources <= fired["evaluated"]
    business = {rule.id for rules in business_rules().values() for rule in rules} & of_sources
    structural = {rule.id for name in SOURCES for table in source(name).tables for rule in structural_rules(table)}
    assert business == {f"{name}.{rule}" for name, rules in WRITTEN.items() for rule in rules} - structural
    assert business | structural == set(RULE_IDS)
