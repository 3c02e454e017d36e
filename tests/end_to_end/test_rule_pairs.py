"""Each rule of the DfE fires for a child whose records break it, and is silent for the nearest that do not."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
import yaml

from expectations.registry import landing_catalogue
from include.contract.model import source
from tests.conftest import warehouse_of
from tests.deliveries import RETURNS, deliver
from tests.end_to_end.night import load

DAY, LAST_DAY, YEAR = date(2022, 7, 1), date(2021, 7, 1), 2021
PAIRS = yaml.load((Path(__file__).parents[1] / "rule_pairs.yml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
RULE_IDS = [f"{source_name}.{rule}" for source_name, rules in PAIRS.items() for rule in rules]

_BORN = {"dob": "05/05/2010"}
GOOD = {
    "ssda903": {
        "header": _BORN | {"sex": "1", "ethnic": "WBRI", "upn": "A123456789012"},
        "episodes": {
            name: value for name, value in RETURNS["ssda903"]["episodes"].items() if name not in {"la", "year"}
        }
        | {"decom": "01/05/2021"},
        "reviews": _BORN | {"review": "25/05/2021", "review_code": "PN1"},
        "uasc": _BORN | {"sex": "1", "duc": "05/05/2028"},
        "oc2": RETURNS["ssda903"]["oc2"] | _BORN,
        "oc3": RETURNS["ssda903"]["oc3"] | _BORN,
        "ad1": RETURNS["ssda903"]["ad1"] | _BORN,
        "placed_for_adoption": _BORN | {"date_placed": "01/06/2021"},
        "previous_permanence": RETURNS["ssda903"]["previous_permanence"] | _BORN,
        "missing": RETURNS["ssda903"]["missing"] | _BORN,
    },
    "cin_census": RETURNS["cin_census"],
}
# what a child has where its pair does not say otherwise
ALWAYS = {"ssda903": ("header", "episodes"), "cin_census": ("children", "referrals")}


def _children(rule_id: str) -> tuple[str, str]:
    number = RULE_IDS.index(rule_id)
    return f"F{number}", f"S{number}"


@pytest.fixture(scope="module")
def flagged(template, tmp_path_factory):
    """Children that each rule listed, of one delivery of each source that holds the children of all pairs."""
    with warehouse_of(template, tmp_path_factory.mktemp("pairs")) as warehouse:
        for source_name, rules in PAIRS.items():
            tables, last = ({table.name: [] for table in source(source_name).tables} for _ in range(2))
            for rule, pair in rules.items():
                for child, told in zip(
                    _children(f"{source_name}.{rule}"), (pair["fires"], pair["silent"]), strict=True
                ):
                    of_this = {name: records for name, records in told.items() if name != "last"}
                    of_last = told.get("last", {})
                    for into, records_of in (
                        (tables, {name: [{}] for name in ALWAYS[source_name]} | of_this),
                        # a return names every child of whom it tells
                        (last, ({ALWAYS[source_name][0]: [{}]} if of_last else {}) | of_last),
                    ):
                        for table, records in records_of.items():
                            person = source(source_name).table(table).person
                            into[table] += [GOOD[source_name][table] | record | {person: child} for record in records]
            deliver(warehouse.drop, source_name, DAY, tables, year=YEAR)
            if any(last.values()):
                # a child of no pair, so that no table is empty
                for table, record in GOOD[source_name].items():
                    last[table].append(record | {source(source_name).table(table).person: "L"})
                deliver(warehouse.drop, source_name, LAST_DAY, last, year=YEAR - 1)
        # this year's return first: what the two say together does not depend on which came first
        load(DAY)
        load(LAST_DAY)
        found = defaultdict(set)
        for rule_id, person in warehouse.rows(
            "select rule_id, person from quality.failure where slice not like %s", (f"{YEAR - 1}/%",)
        ):
            found[rule_id].add(person)
        yield found


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_the_rule_fires_for_the_child_that_breaks_it_and_for_the_nearest_not(flagged, rule_id):
    breaks_it, does_not = _children(rule_id)
    assert breaks_it in flagged[rule_id]
    assert does_not not in flagged[rule_id]


def test_every_rule_of_the_dfe_has_its_pair():
    assert {rule_id for rule_id in landing_catalogue() if ".rule_" in rule_id} == set(RULE_IDS)
