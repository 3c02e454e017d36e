"""Every rule on returns is shown firing and not firing, on a real batch; what it finds is keys, never values."""

from datetime import date

import pytest

from expectations.registry import landing_catalogue, rules_between_years
from tests.deliveries import LEAST, RETURNS, deliver
from tests.end_to_end.night import load
from tests.good_records import GOOD, RETURN_YEAR, STATEMENT, spoilt

NIGHT = date(2026, 3, 31)
# shown firing below, in test_across_batches.py, where a file does not come, in test_broken_files.py and in
# test_wrong_deliveries.py
OF_A_WHOLE_TABLE = (".rows.none", ".rows.in_other_columns", ".rows.of_other_children", ".rows.fell", ".rows.rose")
OF_A_WHOLE_TABLE += (".team.lost", ".file.repeated", ".file.missing")
OF_A_DELIVERY = (".delivery.in_future", ".delivery.not_as_promised", ".delivery.repeated")
OF_RETURNS = [name for name in RETURNS if name != "annex_a"]
# business rules: the records beside the good one that make each fire; those of the DfE by number have pairs in
# tests/rule_pairs.yml, those of the nightly sources and of Annex A in tests/landing_pairs
FIRING = {
    "ssda903.episodes.child_without_header": {"episodes": [LEAST["episodes"] | {"child": "C9"}]},
    "ssda903.reviews.participation_differs": {"reviews": [RETURNS["ssda903"]["reviews"] | {"review_code": "PN2"}]},
}


def _structural() -> dict[str, dict]:
    """For each structural rule, the good record spoilt in the one way the rule is about."""
    found = {}
    for rule_id in landing_catalogue():
        if rule_id in FIRING or ".rule_" in rule_id or rule_id.endswith((*OF_A_WHOLE_TABLE, *OF_A_DELIVERY)):
            continue
        source_name, table, *what = rule_id.split(".")
        found[rule_id] = (source_name, table, what)
    return found


def _fired(warehouse) -> set[str]:
    return {row[0] for row in warehouse.rows("select rule_id from quality.result where not success")}


def _deliver(warehouse, source_name, extra: dict[str, list[dict]]):
    tables = {name: [row, *extra.get(name, [])] for name, row in GOOD[source_name].items()}
    deliver(warehouse.drop, source_name, NIGHT, tables, year=RETURN_YEAR)
    load(NIGHT)


@pytest.mark.parametrize("source_name", OF_RETURNS)
def test_no_rule_fires_on_good_records(empty_warehouse, source_name):
    _deliver(empty_warehouse, source_name, {})
    assert _fired(empty_warehouse) == set()
    evaluated = {row[0] for row in empty_warehouse.rows("select rule_id from quality.result")}
    of_source = {rule.id for rule in landing_catalogue().values() if rule.about == source_name}
    of_source -= {rule.id for rule in rules_between_years(source_name)}
    assert evaluated == {rule_id for rule_id in of_source if not rule_id.endswith(OF_A_DELIVERY)}


def test_every_business_rule_has_records_that_make_it_fire():
    structural_kinds = (*OF_A_WHOLE_TABLE, *OF_A_DELIVERY, "missing", "repeated", "unreadable", "empty", "not_of_year")
    structural_kinds += ("another_council", "another_year")
    business = {rule.id for rule in landing_catalogue().values() if rule.about in OF_RETURNS}
    business = {rule_id for rule_id in business if not rule_id.endswith(structural_kinds) and ".rule_" not in rule_id}
    assert business == set(FIRING)


@pytest.mark.parametrize("source_name", OF_RETURNS)
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
            extra.setdefault(table, []).extend(spoilt(owner, table, what))
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
