"""Every rule of gate 1 is shown firing and not firing, on a real batch; what it finds is keys, never values."""

from datetime import date

import pytest

from expectations.registry import landing_catalogue
from include.contract.codes import codes_not_of_year
from tests.deliveries import LEAST, RECORDS, RETURNS, deliver
from tests.end_to_end.night import load

NIGHT = date(2026, 3, 31)
# shown firing below, in test_across_batches.py, where a file does not come, and in test_wrong_deliveries.py
OF_A_WHOLE_TABLE = (".rows.none", ".rows.fell", ".rows.rose", ".team.lost", ".file.missing")
OF_A_DELIVERY = (".delivery.in_future", ".delivery.not_as_promised", ".delivery.repeated")
RETURN_YEAR = 2017  # in every list of codes with years one came later

DECISION = {
    "decision_id": "D1",
    "person_id": "P1",
    "cla_id": "C1",
    "plan_option": "ADOPTION",
    "agreed_date": "2025-06-01",
}
ACTION = {"action_id": "A1", "person_id": "P1", "cla_id": "C1", "discussed_date": "2026-01-10"}
MILESTONE = {
    "milestone_id": "M1",
    "decision_id": "D1",
    "milestone": "LONG_TERM_MATCH_PANEL",
    "planned_date": "2026-01-10",
}
DETAIL = {"review_detail_id": "RD1", "person_id": "P1", "cla_id": "C1", "planned_date": "2026-05-01"}
ESCALATION = {"escalation_id": "X1", "person_id": "P1", "raised_by_professional_id": "W1", "raised_date": "2026-01-05"}
STAGE = {"stage_id": "S1", "escalation_id": "X1", "stage_number": "1", "notified_date": "2026-01-05"}
HOUSEHOLD = {"household_id": "H1", "approved_date": "2020-01-05"}
CARER_REVIEW = {"review_id": "FR1", "household_id": "H1", "due_date": "2026-01-05"}
CARE_PLAN = {"lacp_table_id": "CP1", "lacp_person_id": "P1", "lacp_cla_care_plan_start_date": "2025-02-01"}
STATEMENT = {
    "statement_id": "S1",
    "submitted_at": "2026-03-31 10:00:00",
    "app": "ONE",
    "scenario": "WELLBEING",
    "person_id": "P1",
}

# one good record of every table: no rule may fire on these
GOOD = {
    "ssd": {name: LEAST[name] for name in LEAST if name not in {"header", "episodes", "reviews"}}
    | {"cla_care_plan": CARE_PLAN},
    "cssu": {
        "permanence_plan_decisions": DECISION,
        "permanence_actions": ACTION,
        "permanence_milestones": MILESTONE,
        "review_details": DETAIL,
        "escalations": ESCALATION,
        "escalation_stages": STAGE,
        "foster_households": HOUSEHOLD,
        "foster_carer_reviews": CARER_REVIEW,
    },
    "momo": {"statements": STATEMENT},
    **RETURNS,
}
# of the return, all of one child, in the year: its rules hold the modules against each other
_OF_YEAR = {
    "header": {"upn": "A123456789012"},
    "placed_for_adoption": {"date_placed": "01/06/2017", "date_placed_ceased": "01/02/2018"},
    "previous_permanence": {"date_perm": "zz/05/2016"},
    "missing": {"mis_start": "01/06/2017", "mis_end": "02/06/2017"},
    "uasc": {"duc": "05/05/2029"},
}
GOOD["ssda903"] = {
    name: record | {"child": "C1"} | ({"dob": "05/05/2011"} if "dob" in record else {}) | _OF_YEAR.get(name, {})
    for name, record in RETURNS["ssda903"].items()
}
for _source, _tables in RECORDS.items():
    GOOD[_source] |= {name: records[0] for name, records in _tables.items()}

# business rules: the records beside the good one that make each fire; those of the DfE by number have pairs in
# tests/rule_pairs.yml
FIRING = {
    "ssd.person.born_after_export": {"person": [{"pers_person_id": "P2", "pers_dob": "2026-04-01"}]},
    "ssd.cla_episodes.ends_before_it_starts": {
        "cla_episodes": [
            LEAST["cla_episodes"] | {"clae_cla_episode_id": "E2", "clae_cla_episode_ceased_date": "2025-01-06"}
        ]
    },
    "ssd.cla_episodes.two_open": {"cla_episodes": [LEAST["cla_episodes"] | {"clae_cla_episode_id": "E2"}]},
    "ssd.cla_episodes.open_past_18": {
        "person": [{"pers_person_id": "P2", "pers_dob": "2008-03-31"}],
        "cla_episodes": [LEAST["cla_episodes"] | {"clae_cla_episode_id": "E2", "clae_person_id": "P2"}],
    },
    "ssd.cla_episodes.child_without_person": {
        "cla_episodes": [LEAST["cla_episodes"] | {"clae_cla_episode_id": "E2", "clae_person_id": "P9"}]
    },
    "ssd.legal_status.overlap": {"legal_status": [LEAST["legal_status"] | {"lega_legal_status_id": "L2"}]},
    "ssd.cla_placement.ends_before_it_starts": {
        "cla_placement": [
            LEAST["cla_placement"] | {"clap_cla_placement_id": "PL2", "clap_cla_placement_end_date": "2025-01-05"}
        ]
    },
    "ssd.cla_reviews.held_after_export": {
        "cla_reviews": [LEAST["cla_reviews"] | {"clar_cla_review_id": "R2", "clar_cla_review_date": "2026-04-01"}]
    },
    "ssd.cla_reviews.participation_missing": {
        "cla_reviews": [LEAST["cla_reviews"] | {"clar_cla_review_id": "R2", "clar_cla_review_participation": ""}]
    },
    "ssd.involvements.ends_before_it_starts": {
        "involvements": [
            LEAST["involvements"] | {"invo_involvements_id": "I2", "invo_involvement_end_date": "2025-01-05"}
        ]
    },
    "cssu.permanence_plan_decisions.agreed_before_proposed": {
        "permanence_plan_decisions": [DECISION | {"decision_id": "D2", "proposed_date": "2025-06-02"}]
    },
    "cssu.permanence_plan_decisions.ended_without_reason": {
        "permanence_plan_decisions": [DECISION | {"decision_id": "D2", "ended_date": "2025-07-02"}]
    },
    "cssu.permanence_actions.done_before_discussed": {
        "permanence_actions": [ACTION | {"action_id": "A2", "done_date": "2026-01-09"}]
    },
    "cssu.escalation_stages.answered_before_notified": {
        "escalation_stages": [STAGE | {"stage_id": "S2", "responded_date": "2026-01-04"}]
    },
    "cssu.escalation_stages.escalation_unknown": {
        "escalation_stages": [STAGE | {"stage_id": "S2", "escalation_id": "X9"}]
    },
    "cssu.foster_carer_reviews.household_unknown": {
        "foster_carer_reviews": [CARER_REVIEW | {"review_id": "FR2", "household_id": "H9"}]
    },
    "momo.statements.read_before_sent": {
        "statements": [STATEMENT | {"statement_id": "S2", "read_at": "2026-03-31 09:59:59"}]
    },
    "momo.statements.person_missing": {"statements": [STATEMENT | {"statement_id": "S2", "person_id": ""}]},
    "ssda903.episodes.child_without_header": {"episodes": [LEAST["episodes"] | {"child": "C9"}]},
    "ssda903.reviews.participation_differs": {"reviews": [RETURNS["ssda903"]["reviews"] | {"review_code": "PN2"}]},
}


def _structural() -> dict[str, dict]:
    """For each structural rule, the good record spoilt in the one way the rule is about."""
    spoilt = {}
    for rule_id, (source_name, _) in landing_catalogue().items():
        if rule_id in FIRING or ".rule_" in rule_id or rule_id.endswith((*OF_A_WHOLE_TABLE, *OF_A_DELIVERY)):
            continue
        _, table, *what = rule_id.split(".")
        spoilt[rule_id] = (source_name, table, what)
    return spoilt


def _spoilt(source_name: str, table_name: str, what: list[str]) -> list[dict]:
    from include.contract.model import source

    table = source(source_name).table(table_name)
    good = GOOD[source_name][table_name]
    fresh = dict(good)
    for number, name in enumerate(table.key):
        column = table.column(name)
        if column.kind == "id":
            fresh[name] = f"N{number}9"
    match what:
        case ["key", "missing"]:
            return [fresh | dict.fromkeys((*table.key, *table.stand_in_key), "")]
        case ["key", "repeated"]:
            other = next(
                c for c in table.recorded_columns if c.name not in table.key and c.name not in table.stand_in_key
            )
            return [good | {other.name: "Z99" if other.data_type == "text" else "2001-01-01"}]
        case ["person", "missing"]:
            return [fresh | {table.person: ""}]
        case ["date", "missing"]:
            return [fresh | dict.fromkeys(table.dated_by, "")]
        case ["another_council"]:
            return [fresh | {"la": "Elsewhere"}]
        case ["another_year"]:
            return [fresh | {"year": "1999"}]
        case [column, "not_of_year"]:
            return [fresh | {column: codes_not_of_year(table.column(column).codes, RETURN_YEAR + 1)[0]}]
        case [column, "empty"]:
            return [fresh | {column: ""}]
        case [column, "unreadable"]:
            return [fresh | {column: "Zorvane Quillibex"}]
    raise AssertionError(f"no way known to make {what} fire")


def _fired(warehouse) -> set[str]:
    return {row[0] for row in warehouse.rows("select rule_id from quality.result where not success")}


def _deliver(warehouse, source_name, extra: dict[str, list[dict]]):
    tables = {name: [row, *extra.get(name, [])] for name, row in GOOD[source_name].items()}
    deliver(warehouse.drop, source_name, NIGHT, tables, year=RETURN_YEAR)
    load(NIGHT)


@pytest.mark.parametrize("source_name", GOOD)
def test_no_rule_fires_on_good_records(empty_warehouse, source_name):
    _deliver(empty_warehouse, source_name, {})
    assert _fired(empty_warehouse) == set()
    evaluated = {row[0] for row in empty_warehouse.rows("select rule_id from quality.result")}
    of_source = {rule_id for rule_id, (owner, _) in landing_catalogue().items() if owner == source_name}
    assert evaluated == {rule_id for rule_id in of_source if not rule_id.endswith(OF_A_DELIVERY)}


def test_every_business_rule_has_records_that_make_it_fire():
    structural_kinds = (*OF_A_WHOLE_TABLE, *OF_A_DELIVERY, "missing", "repeated", "unreadable", "empty", "not_of_year")
    structural_kinds += ("another_council", "another_year")
    business = {rule_id for rule_id in landing_catalogue() if not rule_id.endswith(structural_kinds)}
    business = {rule_id for rule_id in business if ".rule_" not in rule_id}
    business |= {"ssd.cla_reviews.participation_missing", "momo.statements.person_missing"}
    assert business == set(FIRING)


@pytest.mark.parametrize("source_name", GOOD)
def test_every_rule_fires_on_the_record_it_is_about(empty_warehouse, source_name):
    """One batch a source, with a spoilt record for each rule; each must be listed for just that record."""
    extra: dict[str, list[dict]] = {}
    for rule_id, tables in FIRING.items():
        if rule_id.startswith(f"{source_name}."):
            for name, rows in tables.items():
                extra.setdefault(name, []).extend(rows)
    expected = {rule_id for rule_id in FIRING if rule_id.startswith(f"{source_name}.")}
    for rule_id, (owner, table, what) in _structural().items():
        if owner == source_name:
            extra.setdefault(table, []).extend(_spoilt(owner, table, what))
            expected.add(rule_id)
    _deliver(empty_warehouse, source_name, extra)
    assert expected <= _fired(empty_warehouse)
    listed = {row[0] for row in empty_warehouse.rows("select rule_id from quality.failure")}
    assert expected <= listed
    assert empty_warehouse.value("select count(*) from quality.failure as f where f::text like '%Zorvane%'") == 0


def test_a_table_that_comes_empty_stops_its_batch(empty_warehouse):
    from include.quality.results import GateStopped

    tables = {name: [row] for name, row in GOOD["ssd"].items()} | {"person": []}
    deliver(empty_warehouse.drop, "ssd", NIGHT, tables)
    with pytest.raises(GateStopped, match=r"ssd\.person\.rows\.none"):
        load(NIGHT)
    assert empty_warehouse.rows("select state from ops.batch order by entry_id") == [("landed",), ("stopped",)]


def test_a_query_that_fails_counts_as_critical(empty_warehouse, monkeypatch):
    from expectations import registry
    from expectations.rule import Rule
    from include.quality.results import GateStopped

    broken = Rule("momo.statements.broken", "info", "A query that can't run", "Mend it", "select 1/0 from {this}")
    monkeypatch.setattr(registry, "business_rules", lambda: {"momo.statements": (broken,)})
    registry.landing_catalogue.cache_clear()
    try:
        deliver(empty_warehouse.drop, "momo", NIGHT, {"statements": [STATEMENT]})
        with pytest.raises(GateStopped, match=r"momo\.statements\.broken \(its query failed\)"):
            load(NIGHT)
    finally:
        registry.landing_catalogue.cache_clear()
