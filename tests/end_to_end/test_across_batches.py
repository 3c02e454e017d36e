"""A batch is held against those before it: by how many records it has, and by its teams; and again when they change.

Registers and an extract that a test makes up, real deliveries through landing, gate 1 and recording; nothing is built.
"""

from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from unittest.mock import patch

import pytest

from expectations.registry import publication_rules
from include.contract.model import source
from include.history.overview import overview
from include.night import load_delivery, withdraw_delivery
from include.publish.report import publication_report
from include.quality import worklist
from include.quality.results import GateStopped
from include.warehouse.builds import replaced_batches
from include.warehouse.connection import Role, connect
from tests.conftest import Warehouse, warehouse_of
from tests.deliveries import LEAST, RETURNS, deliver
from tests.end_to_end.across import ACROSS, decided_across

FIRST, SECOND, THIRD = (date(2026, 3, 29) + timedelta(days=number) for number in range(3))
# a list of Ofsted's workbook stands for whatever is delivered whole: the others need not come
SOURCE, TABLE = "annex_a", "section_47"
FELL, ROSE = f"{SOURCE}.{TABLE}.rows.fell", f"{SOURCE}.{TABLE}.rows.rose"


def _load(warehouse: Warehouse, day: date, count: int) -> list[str]:
    """Deliver and load one list of so many records; returns what was said."""
    rows = [
        {"child_unique_id": f"C{number}", "strategy_discussion_date": "2026-01-05"} for number in range(1, count + 1)
    ]
    others = {table.name for table in source(SOURCE).tables} - {TABLE}
    deliver(warehouse.drop, SOURCE, day, {TABLE: rows}, absent=others)
    return load_delivery(SOURCE, day)


def _across(warehouse: Warehouse, day: date, source_name: str = SOURCE) -> dict[str, tuple[str, list[str]]]:
    return decided_across(warehouse, day, source_name)


def _state(warehouse: Warehouse, day: date, source_name: str = SOURCE) -> str:
    return warehouse.value(
        "select state from ops.batch_latest where source = %s and batch_date = %s", (source_name, day)
    )


def test_a_fall_stops_a_rise_warns_and_a_few_records_do_neither(empty_warehouse):
    days = [FIRST + timedelta(days=number) for number in range(9)]
    _load(empty_warehouse, days[0], 19)
    # nineteen records fewer, or all of them, are no matter
    _load(empty_warehouse, days[1], 0)
    assert _across(empty_warehouse, days[1]) == {}
    (line,) = [line for line in _load(empty_warehouse, days[2], 60) if ROSE in line]
    assert line.startswith(f"{SOURCE} {days[2]}: warning: {ROSE} (1 failing)")
    assert "more than 50 % of the trend of the deliveries before, and by 20 or more" in line
    assert _across(empty_warehouse, days[2]) == {ROSE: ("warn", [])}
    # half may go; a record more may not, and nothing of it is recorded
    _load(empty_warehouse, days[3], 30)
    assert _across(empty_warehouse, days[3]) == {}
    _load(empty_warehouse, days[4], 61)
    _load(empty_warehouse, days[5], 30)
    assert _across(empty_warehouse, days[5]) == {FELL: ("stop", [])}
    assert _state(empty_warehouse, days[5]) == "stopped"
    listed = "select rule_id, owner from quality.worklist where rule_id ~ %s"
    assert empty_warehouse.rows(listed, (ACROSS,)) == [(FELL, "data engineer")]
    # what was stopped is nothing to hold the next one against: another such delivery stops as well
    _load(empty_warehouse, days[6], 30)
    assert _across(empty_warehouse, days[6]) == {FELL: ("stop", [])}
    # delivered again, whole: it takes the place of what was stopped, and nothing is left on the list
    _load(empty_warehouse, days[6], 50)
    _load(empty_warehouse, days[5], 50)
    assert [_state(empty_warehouse, day) for day in days[:7]] == ["recorded"] * 7
    assert empty_warehouse.rows(listed, (ACROSS,)) == []
    # seven deliveries make a trend: their median (50) decides, not the nearest one alone
    _load(empty_warehouse, days[7], 26)
    assert _across(empty_warehouse, days[7]) == {}
    _load(empty_warehouse, days[8], 24)
    assert _across(empty_warehouse, days[8]) == {FELL: ("stop", [])}


def _report(warehouse: Warehouse, day: date) -> list[str]:
    """What is told of the publication of a day, as if one stood on all that is recorded."""
    with warehouse.connect() as connection:
        connection.execute(
            "insert into ops.publication (build_id, as_at, known_on, batches, kind, rows) "
            "select 'made up', %(day)s, %(day)s, array_agg(batch_id), 'night', '{}' from ops.batch_standing "
            "where batch_date <= %(day)s",
            {"day": day},
        )
    return publication_report()


def _involvements(teams: dict[str, int]) -> dict[str, list[dict[str, str]]]:
    named = [team for team, count in teams.items() for _ in range(count)]
    return {
        "involvements": [
            LEAST["involvements"] | {"invo_involvements_id": f"I{number}", "invo_professional_team": team}
            for number, team in enumerate(named)
        ]
    }


def test_a_team_that_is_gone_is_named_for_as_long_as_the_trend_knows_it(empty_warehouse):
    rule = "ssd.involvements.team.lost"

    def load(day: date, teams: dict[str, int]) -> list[str]:
        deliver(empty_warehouse.drop, "ssd", day, _involvements(teams))
        return load_delivery("ssd", day)

    load(FIRST, {"T1": 60, "T2": 20, "T3": 19, "Nobody": 1})
    # of the small one nothing is said; what is no id is no team
    (line,) = [line for line in load(SECOND, {"T1": 99}) if rule in line]
    assert f"{rule} (1 failing: T2)" in line
    assert _across(empty_warehouse, SECOND, "ssd") == {rule: ("warn", ["T2"])}
    listed = "select table_name, record_key, owner, last_night from quality.worklist where rule_id = %s"
    assert empty_warehouse.rows(listed, (rule,)) == [("involvements", "T2", "data engineer", SECOND)]
    told = [line for line in _report(empty_warehouse, SECOND) if rule in line]
    assert told == [
        f"  ssd {SECOND}: warning: {rule} of T2: A team that had 20 records or more in a delivery before has none"
    ]
    load(THIRD, {"T1": 99})
    assert empty_warehouse.rows(listed, (rule,)) == [("involvements", "T2", "data engineer", THIRD)]
    kept = empty_warehouse.rows("select distinct team_id from quality.landed_count order by 1")
    assert [team for (team,) in kept] == ["", "T1", "T2", "T3"]
    assert _state(empty_warehouse, SECOND, "ssd") == "recorded"


def test_a_file_that_changed_every_night_and_is_that_of_yesterday_is_named(empty_warehouse):
    """After a week in which the register changed each night; another one stood still all the time."""
    rule, tonight = "cssu.escalations.file.repeated", THIRD
    still = [{"household_id": "H1", "approved_date": "2020-01-05"}]

    def load(day: date, raised: str) -> None:
        escalation = {
            "escalation_id": "X1",
            "person_id": "P1",
            "raised_by_professional_id": "W1",
            "raised_date": raised,
        }
        others = {table.name for table in source("cssu").tables if table.may_be_missing}
        tables = {"escalations": [escalation], "foster_households": still}
        deliver(empty_warehouse.drop, "cssu", day, tables, absent=others)
        load_delivery("cssu", day)

    load(SECOND, "2026-01-05")
    # the nights before it, as if each had been loaded: the same but for the day and what that register said
    with empty_warehouse.connect() as connection:
        connection.execute(
            "insert into ops.batch (batch_id, source, slice, batch_date, state, files, record_count, content_sha256, "
            "contract_fingerprint, rule_fingerprint) select -n, source, slice, batch_date - n, state, files, "
            "record_count, content_sha256 || n, contract_fingerprint, rule_fingerprint "
            "from ops.batch_standing cross join generate_series(1, 6) as n"
        )
        connection.execute(
            "insert into quality.landed_count (batch_id, table_name, team_id, records, sha256) "
            "select -n, table_name, team_id, records, "
            "case when table_name = 'escalations' then sha256 || n else sha256 end "
            "from quality.landed_count cross join generate_series(1, 6) as n"
        )
    load(tonight, "2026-01-05")
    assert _across(empty_warehouse, tonight, "cssu") == {rule: ("warn", [])}
    assert empty_warehouse.rows("select owner from quality.worklist where rule_id = %s", (rule,)) == [
        ("data engineer",)
    ]
    load(tonight, "2026-01-06")
    assert _across(empty_warehouse, tonight, "cssu") == {}


def test_a_return_is_held_against_the_one_of_the_year_before(empty_warehouse):
    """Whichever of the two is delivered first, and as it was amended last."""
    rule = "ssda903.header.rows.fell"

    def load(day: date, year: int, children: int) -> list[str]:
        headers = [RETURNS["ssda903"]["header"] | {"child": f"C{number}"} for number in range(children)]
        deliver(empty_warehouse.drop, "ssda903", day, {"header": headers}, year=year)
        return load_delivery("ssda903", day)

    def of_year(slice_: str) -> list[tuple]:
        return empty_warehouse.rows(
            "select b.state, r.decision from ops.batch_latest as b "
            "inner join quality.batch_result as r on r.batch_id = b.batch_id "
            "where b.slice = %s and r.rule_id = %s order by b.batch_date",
            (slice_, rule),
        )

    load(date(2022, 7, 1), 2021, 24)
    load(date(2023, 7, 1), 2022, 20)
    assert of_year("2022/23") == [("recorded", "pass")]
    # amended a year too late, to what it should have been: the next one is half of it
    lines = load(date(2023, 9, 1), 2021, 41)
    assert any(
        line.startswith("ssda903 2023-07-01 slice 2022/23: recorded, and would be stopped now") for line in lines
    )
    assert of_year("2022/23") == [("recorded", "stop")]
    # two years on there is nothing to hold it against but the year before
    load(date(2025, 7, 1), 2024, 1)
    assert of_year("2024/25") == [("recorded", "pass")]


def _publication_failures(warehouse: Warehouse, claim: str, **values: str) -> list[str]:
    """What a rule of gate 2 on what a publication stands on finds, asked as the builder."""
    (rule,) = [rule for rule in publication_rules() if rule.id == f"marts.publication_source.{claim}"]
    with warehouse.connect(Role.BUILDER) as connection:
        return [key for (key,) in connection.execute(rule.query.format(**values)).fetchall()]


def test_a_source_that_has_not_come_for_longer_than_its_cadence_allows_is_late(empty_warehouse):
    with empty_warehouse.connect(Role.BUILDER) as connection:
        connection.execute("create schema build_made_up")
        connection.execute("create table build_made_up.publication_source (source text, days_old integer)")
        connection.execute(
            "insert into build_made_up.publication_source values ('ssd', 0), ('cssu', 1), ('momo', 2), "
            "('ssda903', 401), ('cin_census', 400), ('annex_a', 4000)"
        )
    # what comes occasionally is never late
    assert _publication_failures(empty_warehouse, "late", marts="build_made_up") == ["momo", "ssda903"]


STORIES = {
    "a fall that goes on": (90, 40, 42),
    "a fall for a night": (90, 40, 80),
    "a rise for a night": (70, 120, 55),
    "a rise that stays": (40, 70, 68),
}


@pytest.mark.torture
@pytest.mark.parametrize("story", STORIES)
def test_three_batches_are_decided_the_same_in_every_order(template, tmp_path, story):
    days = dict(zip((FIRST, SECOND, THIRD), STORIES[story], strict=True))
    decided, in_history = [], []
    for number, order in enumerate(permutations(days)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with warehouse_of(template, folder) as warehouse:
            for day in order:
                _load(warehouse, day, days[day])
            decided.append({day: _across(warehouse, day) for day in days})
            in_history.append({day for day in days if _state(warehouse, day) == "recorded"})
            held = {day for day in days if all(decision != "stop" for decision, _ in decided[-1][day].values())}
            # what holds is in history, whatever came before it; what doesn't is there only if it came first
            assert held <= in_history[-1]
    assert decided == [decided[0]] * 6
    assert decided[0] != {day: {} for day in days}
    assert in_history[0] == {day for day in days if ("stop", []) not in decided[0][day].values()}


def test_what_was_stopped_is_let_through_when_the_batch_it_was_held_against_changes(empty_warehouse):
    _load(empty_warehouse, FIRST, 90)
    _load(empty_warehouse, SECOND, 40)
    _load(empty_warehouse, THIRD, 40)
    assert [_state(empty_warehouse, day) for day in (SECOND, THIRD)] == ["stopped", "stopped"]
    # the first was the one that was wrong: corrected, it lets both through, and they are recorded with it
    lines = _load(empty_warehouse, FIRST, 45)
    for day in (SECOND, THIRD):
        assert f"{SOURCE} {day}: let through: {FELL} holds since {SOURCE} {FIRST} changed" in lines
        assert _state(empty_warehouse, day) == "recorded"
    assert empty_warehouse.value("select count(*) from raw.annex_a_section_47 where _recorded @> %s", (THIRD,)) == 40
    # as it was before: they are in history, and stay there, and somebody is told
    lines = _load(empty_warehouse, FIRST, 90)
    assert len([line for line in lines if ": recorded, and would be stopped now" in line]) == 2
    assert [_state(empty_warehouse, day) for day in (SECOND, THIRD)] == ["recorded", "recorded"]
    assert _across(empty_warehouse, SECOND) == {FELL: ("stop", [])}
    assert empty_warehouse.value("select count(*) from raw.annex_a_section_47 where _recorded @> %s", (THIRD,)) == 40
    # the publication says so of the newest of them, which is the one that is read
    for known_on, flagged in ((FIRST, []), (SECOND, [f"{SOURCE} {SECOND}"]), (THIRD, [f"{SOURCE} {THIRD}"])):
        found = _publication_failures(empty_warehouse, "would_be_stopped", known_on=f"date '{known_on}'")
        assert found == flagged
    assert [line.state for line in overview(SOURCE)] == ["recorded", *["recorded; gate 1 would stop it now"] * 2]
    told = f"  {SOURCE} {THIRD}: would be stopped now: {FELL}: The records fell"
    assert [line for line in _report(empty_warehouse, THIRD) if line.startswith(told)]
    # withdrawn: nothing is before them
    lines = withdraw_delivery(SOURCE, FIRST, "an export of the test system")
    assert f"{SOURCE} {SECOND}: {FELL} holds since {SOURCE} {FIRST} changed" in lines
    assert _across(empty_warehouse, SECOND) == _across(empty_warehouse, THIRD) == {}


def test_withdrawing_lets_through_what_was_stopped_and_a_fault_of_its_own_is_none_of_it(empty_warehouse):
    person = [{"pers_person_id": f"P{number}", "pers_dob": "2015-05-05"} for number in range(60)]
    for day, people, episodes in ((FIRST, person, None), (SECOND, person[:30], None), (THIRD, person[:30], [])):
        tables = {"person": people} | ({"cla_episodes": []} if episodes == [] else {})
        deliver(empty_warehouse.drop, "ssd", day, tables)
        if day == FIRST:
            load_delivery("ssd", day)
        else:
            with pytest.raises(GateStopped):
                load_delivery("ssd", day)
    lines = withdraw_delivery("ssd", FIRST, "an export of the test system")
    assert f"ssd {SECOND}: let through: ssd.person.rows.fell holds since ssd {FIRST} changed" in lines
    assert _state(empty_warehouse, SECOND, "ssd") == "recorded"
    assert _state(empty_warehouse, THIRD, "ssd") == "stopped"


SEED = "rule_id,table_name,record_key,column_name,reason,accepted_by,accepted_on,accepted_until\n"


def test_a_fall_that_is_right_is_accepted_and_the_trend_begins_anew(empty_warehouse, tmp_path: Path):
    seed = tmp_path / "accepted_failure.csv"
    seed.write_text(SEED, encoding="utf-8")
    fourth = THIRD + timedelta(days=1)
    with patch.object(worklist, "SEED", seed):
        for number in range(3):
            _load(empty_warehouse, FIRST - timedelta(days=number), 90)
        _load(empty_warehouse, SECOND, 44)
        assert _across(empty_warehouse, SECOND) == {FELL: ("stop", [])}
        # accepted for another night, or of another table: it stops still
        line = "{},{},,,The unit closed its old cases,data engineer,{},{}\n"
        seed.write_text(
            SEED
            + line.format(FELL, TABLE, THIRD, THIRD)
            + line.format("annex_a.adoption.rows.fell", "adoption", SECOND, SECOND),
            encoding="utf-8",
        )
        _load(empty_warehouse, SECOND, 44)
        assert _across(empty_warehouse, SECOND) == {FELL: ("stop", [])}
        seed.write_text(SEED + line.format(FELL, TABLE, SECOND, SECOND), encoding="utf-8")
        lines = _load(empty_warehouse, SECOND, 44)
        assert any(line.startswith(f"{SOURCE} {SECOND}: accepted: {FELL}") for line in lines)
        assert _state(empty_warehouse, SECOND) == "recorded"
        assert empty_warehouse.rows("select rule_id from quality.worklist where rule_id = %s", (FELL,)) == []
        # the nights after it are held against it, not against the week before
        _load(empty_warehouse, THIRD, 43)
        assert _across(empty_warehouse, THIRD) == {}
        _load(empty_warehouse, fourth, 20)
        assert _across(empty_warehouse, fourth) == {FELL: ("stop", [])}
        # the line is taken away: what is in history stays there, and is held against the old trend
        seed.write_text(SEED, encoding="utf-8")
        lines = _load(empty_warehouse, SECOND, 44)
        assert [line.partition(", since")[0] for line in lines[-2:]] == [
            f"{SOURCE} {day}: recorded, and would be stopped now" for day in (SECOND, THIRD)
        ]
        # and it is back: both hold again, and nothing was landed for it
        seed.write_text(SEED + line.format(FELL, TABLE, SECOND, SECOND), encoding="utf-8")
        assert _load(empty_warehouse, SECOND, 44) == [
            f"{SOURCE} {SECOND}: recorded already, 44 records",
            f"{SOURCE} {SECOND}: {FELL} holds since {SOURCE} {SECOND} changed",
            f"{SOURCE} {THIRD}: {FELL} holds since {SOURCE} {SECOND} changed",
        ]


def test_what_stands_delivered_again_takes_the_place_of_a_correction_that_was_stopped(empty_warehouse):
    """Else the wrong files could be let through later, when what they were held against changes."""
    for day in (FIRST, SECOND):
        _load(empty_warehouse, day, 60)
    stands = empty_warehouse.rows("select batch_id from ops.batch_standing order by 1")
    _load(empty_warehouse, SECOND, 10)
    assert _state(empty_warehouse, SECOND) == "stopped"
    assert _load(empty_warehouse, SECOND, 60)[0] == f"{SOURCE} {SECOND}: recorded already, 60 records"
    assert _state(empty_warehouse, SECOND) == "recorded"
    assert empty_warehouse.rows("select batch_id from ops.batch_standing order by 1") == stands
    landing = "select count(*) from pg_class where relnamespace = 'landing'::regnamespace"
    assert empty_warehouse.value(landing) == 0
    with connect(Role.LOADER, "reading the ledger") as connection:
        assert replaced_batches(connection, THIRD) == []
    # once is enough: the ledger says it already
    entries = "select count(*) from ops.batch"
    before = empty_warehouse.value(entries)
    _load(empty_warehouse, SECOND, 60)
    assert empty_warehouse.value(entries) == before
    # the ten would be no fall any more: they are not let through
    assert not [line for line in withdraw_delivery(SOURCE, FIRST, "a test") if "let through" in line]
    assert empty_warehouse.value("select count(*) from raw.annex_a_section_47 where upper_inf(_recorded)") == 60
