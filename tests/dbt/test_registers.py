"""What the registers and the app say, as BI reads it: what no list knows, and what is not for everybody."""

import pytest

from tests.builds import dbt_build, make_schemas
from tests.conftest import warehouse_of
from tests.councils import NIGHT
from tests.deliveries import deliver
from tests.end_to_end.night import load

SCHEMA = "build_registers"
SENT = {"submitted_at": "2026-03-31 10:00:00", "app": "ONE", "person_id": "P1"}
REVIEW = {"household_id": "H1", "due_date": "2026-01-05", "review_date": "2026-01-05"}


@pytest.fixture(scope="module")
def told(template, tmp_path_factory):
    """A statement of each kind of scenario, a carer's review of each kind; recorded and built."""
    scenarios = {"S1": "MY wellbeing", "S2": "Zorvane Quillibex", "S3": ""}
    kinds = {"F1": ("FIRST", "N"), "F2": ("AFTER_ALLEGATION", ""), "F3": ("CHANGE", "N"), "F4": ("ANNUAL", "Y")}
    with warehouse_of(template, tmp_path_factory.mktemp("registers")) as warehouse:
        deliver(warehouse.drop, "ssd", NIGHT)
        statements = [SENT | {"statement_id": name, "scenario": said} for name, said in scenarios.items()]
        deliver(warehouse.drop, "momo", NIGHT, {"statements": statements})
        reviews = [
            REVIEW | {"review_id": name, "review_type": kind, "lado_issue": lado}
            for name, (kind, lado) in kinds.items()
        ]
        households = [{"household_id": "H1", "approved_date": "2025-01-05"}]
        deliver(warehouse.drop, "cssu", NIGHT, {"foster_households": households, "foster_carer_reviews": reviews})
        load(NIGHT)
        make_schemas(warehouse, SCHEMA)
        wanted = ("+fct_statement", "+fct_foster_carer_review", "+foster_carer_concern")
        dbt_build(NIGHT, SCHEMA, tmp_path_factory.mktemp("target"), *wanted)
        yield warehouse


def test_a_scenario_that_no_alias_knows_is_unmapped_and_listed_and_an_empty_one_is_neither(told):
    assert told.rows(f"select statement_id, scenario from {SCHEMA}_marts.fct_statement order by 1") == [
        ("S1", "WELLBEING"),
        ("S2", "UNMAPPED"),
        ("S3", None),
    ]
    assert told.rows(
        "select rule_id, record_key from quality.failure where rule_id like 'momo.statements.scenario.%' order by 2"
    ) == [("momo.statements.scenario.unreadable", "S2"), ("momo.statements.scenario.empty", "S3")]


def test_that_an_allegation_called_a_review_is_for_the_restricted_mart_alone(told):
    assert told.rows(f"select review_id, review_type from {SCHEMA}_marts.fct_foster_carer_review order by 1") == [
        ("F1", "FIRST"),
        ("F2", "AT_NEED"),
        ("F3", "AT_NEED"),
        ("F4", "ANNUAL"),
        ("due|H1", None),
    ]
    assert told.rows(
        f"select review_id, review_type, lado_issue from {SCHEMA}_marts.foster_carer_concern order by 1"
    ) == [("F2", "AFTER_ALLEGATION", None), ("F4", "ANNUAL", "Y")]
