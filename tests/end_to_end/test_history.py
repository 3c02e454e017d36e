"""Recorded history: what each night said, whatever the order in which nights are loaded."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from tests.deliveries import deliver
from tests.end_to_end.night import load

FIRST = date(2026, 3, 1)


def _escalation(number, **values):
    return {
        "escalation_id": f"X{number}",
        "person_id": "P1",
        "raised_by_professional_id": "W1",
        "raised_date": "2026-01-05",
    } | values


NIGHTS = {
    FIRST: [_escalation(1), _escalation(2)],
    FIRST + timedelta(1): [_escalation(1), _escalation(2, closed_date="2026-02-01"), _escalation(3)],
    FIRST + timedelta(4): [_escalation(1)],
    FIRST + timedelta(5): [_escalation(1), _escalation(2, closed_date="01/02/2026"), _escalation(2, reason="  ")],
}


def _history(warehouse):
    return (
        warehouse.rows(
            "select _record_key, closed_date, _recorded::text from raw.cssu_escalations order by 1, 2 nulls first"
        ),
        warehouse.rows("select table_name, slice, record_key, recorded::text from raw.held_key order by 1, 2, 3"),
        warehouse.rows(
            "select rule_id, record_key, column_name, file_name, record_number, nights::text from quality.failure "
            "order by 1, 2, 3, 4, 5"
        ),
    )


def _load(warehouse, nights):
    for night in nights:
        deliver(warehouse.drop, "cssu", night, {"escalations": NIGHTS[night]})
    for night in nights:
        load(night)


def test_each_version_stands_for_the_days_on_which_an_export_said_it(empty_warehouse):
    _load(empty_warehouse, list(NIGHTS)[:3])
    assert _history(empty_warehouse)[0] == [
        ("X1", None, "{[2026-03-01,)}"),
        ("X2", None, "{[2026-03-01,2026-03-02)}"),
        ("X2", "2026-02-01", "{[2026-03-02,2026-03-05)}"),
        ("X3", None, "{[2026-03-02,2026-03-05)}"),
    ]


def test_a_key_that_repeats_with_other_content_is_held_with_its_last_good_version(empty_warehouse):
    _load(empty_warehouse, list(NIGHTS))
    versions, held, failures = _history(empty_warehouse)
    assert ("X2", "2026-02-01", "{[2026-03-02,2026-03-05)}") in versions
    assert held == [("escalations", "all", "X2", "{[2026-03-06,)}")]
    repeated = [row for row in failures if row[0] == "cssu.escalations.key.repeated"]
    assert [(row[1], row[4], row[5]) for row in repeated] == [
        ("X2", 2, "{[2026-03-06,)}"),
        ("X2", 3, "{[2026-03-06,)}"),
    ]


@pytest.mark.parametrize("order", list(permutations(range(4)))[1::4])
def test_the_order_of_loading_never_matters(empty_warehouse, order):
    nights = list(NIGHTS)
    _load(empty_warehouse, [nights[number] for number in order])
    assert _history(empty_warehouse)[0] == [
        ("X1", None, "{[2026-03-01,)}"),
        ("X2", None, "{[2026-03-01,2026-03-02)}"),
        ("X2", "2026-02-01", "{[2026-03-02,2026-03-05)}"),
        ("X3", None, "{[2026-03-02,2026-03-05)}"),
    ]
    assert _history(empty_warehouse)[1] == [("escalations", "all", "X2", "{[2026-03-06,)}")]


def test_another_spelling_of_the_same_is_no_change(empty_warehouse):
    same = [_escalation(1, closed_date="2026-02-01"), _escalation(1, closed_date="01/02/2026 00:00")]
    for night, row in zip((FIRST, FIRST + timedelta(1)), same, strict=True):
        deliver(empty_warehouse.drop, "cssu", night, {"escalations": [row | {"reason": "\u00a0 "}]})
        load(night)
    assert _history(empty_warehouse)[0] == [("X1", "2026-02-01", "{[2026-03-01,)}")]


def test_a_raw_table_gains_the_columns_of_its_contract_and_loses_none(empty_warehouse):
    """Made by an older contract, that knew no outcome and had a column of its own."""
    table = "raw.cssu_escalations"
    with empty_warehouse.connect() as connection:
        connection.execute(f"alter table {table} drop column outcome, add column told_to text default 'the team'")
        connection.execute("comment on schema raw is 'of the older contract'")
    second, third = FIRST + timedelta(1), FIRST + timedelta(2)
    for night, outcome in ((FIRST, ""), (second, ""), (third, "RESOLVED")):
        deliver(empty_warehouse.drop, "cssu", night, {"escalations": [_escalation(1, outcome=outcome)]})
        load(night)
    # a column that is new and empty is no change; one that says something is
    assert empty_warehouse.rows(f"select outcome, told_to, _recorded::text from {table} order by 3") == [
        (None, "the team", f"{{[{FIRST},{third})}}"),
        ("RESOLVED", "the team", f"{{[{third},)}}"),
    ]


def test_a_night_with_nothing_new_writes_nothing(empty_warehouse):
    for night in (FIRST, FIRST + timedelta(1)):
        deliver(empty_warehouse.drop, "cssu", night, {"escalations": NIGHTS[FIRST]})
        load(night)
    assert empty_warehouse.value("select count(distinct xmin::text) from raw.cssu_escalations") == 1


def test_delivered_is_recorded_and_quarantined_and_duplicates(empty_warehouse):
    rows = [_escalation(1), _escalation(1), _escalation(2), _escalation(3) | {"escalation_id": "Zorvane"}]
    deliver(empty_warehouse.drop, "cssu", FIRST, {"escalations": rows})
    load(FIRST)
    (totals,) = empty_warehouse.rows(
        "select record_count, quarantined, duplicates, keyless from ops.batch_standing where source = 'cssu'"
    )
    assert totals == (4, 1, 1, 1)
    assert empty_warehouse.value("select count(*) from raw.cssu_escalations") == 2
    # a name typed where an id belongs is not shown as a key
    assert empty_warehouse.rows(
        "select record_key, file_name, record_number from quality.failure "
        "where rule_id = 'cssu.escalations.key.missing'"
    ) == [("", "escalations.csv", 4)]


def test_landing_tables_go_once_their_batch_is_recorded(empty_warehouse):
    _load(empty_warehouse, [FIRST])
    assert empty_warehouse.value("select count(*) from pg_class where relnamespace = 'landing'::regnamespace") == 0


def test_the_ledger_only_grows(empty_warehouse):
    import psycopg

    from include.warehouse.connection import Role

    _load(empty_warehouse, [FIRST])
    states = [row[0] for row in empty_warehouse.rows("select state from ops.batch order by entry_id")]
    assert states == ["landed", "passed", "recorded"]
    for forbidden in ("update ops.batch set state = 'recorded'", "delete from ops.batch"):
        with empty_warehouse.connect(Role.LOADER) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(forbidden)
