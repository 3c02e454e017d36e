"""The crosswalk of plan options and the routes to permanence: whole, and in the codes of the lists they name."""

import csv
import re

from include.contract.codes import SEEDS
from include.settings import PROJECT

# SSD 1.4.5, lacp_cla_care_plan_json
SSD_KEYS = {
    "REMAINSUP", "RETURN1M", "RETURN6M", "RETURNEV", "LTRELFR", "LTFOST18", "RESPLMT", "SUPPLIV", "ADOPTION", "OTHERPLN"
}  # fmt: skip
# Annex A, list 8
ANNEX_A = {
    "a": "Return to family",
    "b": "Adoption",
    "c": "SGO/CAO",
    "d": "Supported living in the community",
    "e": "Long-term residential placement",
    "f": "Long-term fostering",
    "g": "Other",
}
STEPS_SQL = PROJECT / "dbt_project" / "models" / "intermediate" / "plans" / "int_plans__milestones.sql"


def _rows(seed):
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _codes(name):
    return {row["code"] for row in _rows("code") if row["list"] == name}


def test_every_plan_option_has_its_names_in_the_other_standards():
    options = _rows("permanence_option")
    assert {row["plan_option"] for row in options} == _codes("plan_option")
    assert {row["ssd_key"] for row in options} - {""} == SSD_KEYS
    assert {row["plan_option"] for row in options if not row["ssd_key"]} == {"SGO", "CAO", "KINSHIP_FOSTER"}
    assert all(row["ssd_key"] in {"", row["plan_option"]} for row in options)
    assert {row["annex_a_category"]: row["annex_a_label"] for row in options} == ANNEX_A


def test_every_code_of_the_crosswalk_stands_in_its_list():
    rows = _rows("permanence_outcome")
    assert {row["code_list"] for row in rows} == {"episode_end_reason", "legal_status", "placement_type"}
    for row in rows:
        assert row["plan_option"] in _codes("plan_option"), row
        assert row["code"] in _codes(row["code_list"]), row


def test_a_reason_for_leaving_care_carries_out_the_options_of_one_route():
    route = {row["plan_option"]: row["route"] for row in _rows("permanence_option")}
    routes = {}
    for row in _rows("permanence_outcome"):
        if row["code_list"] == "episode_end_reason":
            routes.setdefault(row["code"], set()).add(route[row["plan_option"]])
    assert all(len(found) == 1 for found in routes.values()), routes
    # the orders that end care: each code of them belongs to an option
    assert {"E11", "E12", "E41", "E43", "E44", "E45", "E46", "E47", "E48"} <= set(routes)


def test_every_step_belongs_to_a_route_and_every_target_can_be_counted():
    steps = _rows("permanence_route_milestone")
    routes = {row["route"] for row in _rows("permanence_option")}
    assert {row["milestone"] for row in steps} == _codes("milestone")
    assert {row["route"] for row in steps} <= routes
    # short breaks are no way to another home
    assert routes - {row["route"] for row in steps} == {"short breaks"}
    sql = STEPS_SQL.read_text(encoding="utf-8")
    bases = set(re.findall(r"when '(\w+)' then plans\.", sql))
    units = set(re.findall(r"when '(\w+)' then (?:steps|\(steps|\{\{)", sql))
    for row in steps:
        said = [bool(row[name]) for name in ("target", "unit", "runs_from")]
        assert all(said) or not any(said), row
        assert row["standard"], row
        assert not row["target"] or (row["unit"] in units and row["runs_from"] in bases and int(row["target"]) > 0), row
    for route in {row["route"] for row in steps}:
        numbers = [int(row["step_number"]) for row in steps if row["route"] == route]
        assert numbers == list(range(1, len(numbers) + 1)), route
