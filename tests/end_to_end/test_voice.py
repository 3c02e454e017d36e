"""The voice of the child on the sample authority: every count of the marts, against the files."""

from datetime import date

import pandas as pd
import pytest

from include.sample.exports import write_exports
from tests.builds import dbt_build, make_schemas
from tests.conftest import warehouse_of
from tests.end_to_end.night import load
from tests.oracle import voice
from tests.oracle.figures import read_tables

MONTH_END, NIGHT, SIZE, SCHEMA = date(2026, 4, 30), date(2026, 5, 1), 0.25, "build_voice"
"""A month of one day so far; Mind of My Own has delivered April and that day, and nothing before."""
PERIODS = [
    ("month", "2025-11-01", "2025-11-30", False),
    ("year to date", "2025-04-01", "2026-01-31", False),
    ("month", "2026-04-01", "2026-04-30", True),
    ("month", "2026-05-01", "2026-05-01", True),
    ("year to date", "2026-04-01", "2026-05-01", True),
]
of_each_period = pytest.mark.parametrize(("kind", "first", "last", "told"), PERIODS)


@pytest.fixture(scope="module")
def warehouse(template, tmp_path_factory):
    """Two nights of the sample, recorded, and the marts built from them."""
    with warehouse_of(template, tmp_path_factory.mktemp("voice")) as warehouse:
        write_exports(warehouse.drop, [MONTH_END, NIGHT], size=SIZE)
        for night in (MONTH_END, NIGHT):
            load(night)
        make_schemas(warehouse, SCHEMA)
        dbt_build(NIGHT, SCHEMA, tmp_path_factory.mktemp("target"), "+path:models/marts/voice", "+fct_child_position")
        yield warehouse


@pytest.fixture(scope="module")
def tables(warehouse):
    """The files of the last night, with the statements of both: Mind of My Own delivers a month at a time."""
    of_april = read_tables(warehouse.drop, MONTH_END)["statements"]
    tables = read_tables(warehouse.drop, NIGHT)
    return voice.with_index(tables | {"statements": pd.concat([of_april, tables["statements"]], ignore_index=True)})


@pytest.fixture(scope="module")
def meetings(tables):
    return voice.meetings(tables, min(first for _, first, _, _ in PERIODS))


def _found(warehouse, mart: str, key: str, counts: str, kind: str, last: str, where: str = "true") -> voice.Counts:
    names = len(key.split(","))
    rows = warehouse.rows(
        f"select {key}, {counts} from {SCHEMA}_marts.{mart} "
        f"where period_kind = %s and period_end = %s::date and {where}",
        (kind, last),
    )
    return {row[:names]: row[names:] for row in rows}


@of_each_period
def test_participation_is_that_of_the_files(warehouse, meetings, kind, first, last, told):
    expected = voice.participation(voice.within(meetings, "day", (first, last)))
    counts = (
        "meetings, meetings_counted, meetings_taken_part_in, children, children_counted, children_who_took_part, "
        "children_who_took_part_or_attended"
    )
    key = "meeting_kind, participation, age_band, team_id"
    assert _found(warehouse, "voice_participation", key, counts, kind, last) == expected
    kinds = {key[0] for key in expected}
    assert kinds == {"child in care review", "initial conference", "review conference"}


@of_each_period
def test_invitations_are_those_of_the_files(warehouse, meetings, kind, first, last, told):
    expected = voice.invitations(voice.within(meetings, "day", (first, last)))
    key = "meeting_kind, age_band, invited, attended, reason_not_attended, team_id"
    assert _found(warehouse, "voice_conference_invitations", key, "conferences, children", kind, last) == expected
    # on a single day few children are asked
    assert first == last or {"N", "NA"} <= {key[2] for key in expected}


@of_each_period
def test_answers_of_compliance_forms_are_those_of_the_files(warehouse, tables, kind, first, last, told):
    expected = voice.forms(tables, (first, last))
    key = "question, answer, conference_type"
    assert _found(warehouse, "voice_compliance_answers", key, "forms, forms_of_question", kind, last) == expected
    assert expected or first == NIGHT.isoformat()


@of_each_period
def test_statements_are_those_of_the_files(warehouse, tables, kind, first, last, told):
    expected = voice.statements(tables, (first, last))
    counts = "statements, statements_not_matched, safety_flags, positive, mixed, concern"
    key = "app, scenario, account_type, team_id"
    assert _found(warehouse, "voice_statements", key, counts, kind, last) == expected
    assert bool(expected) == told


@of_each_period
def test_children_with_a_statement_are_those_of_the_files(warehouse, tables, kind, first, last, told):
    expected = voice.children_with_statement(tables, (first, last), on_last_day=kind == "month")
    counts = "children_in_care, children_with_statement"
    found = _found(warehouse, "voice_statement_children", "team_id", counts, kind, last, "care_basis = 'full'")
    assert found == expected
    assert (expected["all",][1] > 0) == told


def test_a_share_is_told_only_where_the_app_has_delivered_the_whole_period(warehouse):
    rows = warehouse.rows(
        "select period_kind, period_start::text, period_end::text, "
        f"percent_with_statement is not null, are_statements_told from {SCHEMA}_marts.voice_statement_children"
    )
    assert {row[:3] for row in rows if row[3]} == {period[:3] for period in PERIODS if period[3]} | {
        ("year to date", "2026-04-01", "2026-04-30")
    }
    assert all(percent == told for *_, percent, told in rows)


def test_children_in_care_at_month_ends_are_those_of_the_positions(warehouse):
    counted = warehouse.rows(
        f"select period_end, care_basis, children_in_care from {SCHEMA}_marts.voice_statement_children "
        "where period_kind = 'month' and team_id = 'all' order by 1, 2"
    )
    positions = warehouse.rows(
        f"select position_date, care_basis, count(*) from {SCHEMA}_marts.fct_child_position "
        "where position_date > %s group by 1, 2 order by 1, 2",
        (min(row[0] for row in counted).replace(day=1),),
    )
    assert len({row[0] for row in counted}) > 60
    assert counted == positions


@of_each_period
def test_advocacy_is_that_of_the_files(warehouse, tables, kind, first, last, told):
    expected = voice.advocacy(tables, (first, last))
    counts = (
        "referrals, children, accepted, contacted, awaiting_contact, ended_without_contact, "
        "median_days_to_first_contact::float8, longest_days_to_first_contact"
    )
    key = "context, referrer_role, outcome, team_id"
    assert _found(warehouse, "voice_advocacy", key, counts, kind, last) == expected
    assert expected or first == NIGHT.isoformat()


def test_every_safety_flag_is_there(warehouse, tables):
    expected = voice.safety_flags(tables, NIGHT.isoformat())
    found = warehouse.rows(
        "select statement_id, child_ref, is_open, coalesce(working_days_to_saved, working_days_open) "
        f"from {SCHEMA}_marts.voice_safety_flags"
    )
    assert {row[0]: row[1:] for row in found} == expected
    assert {True, False} == {is_open for _, is_open, _ in expected.values()}


def test_every_child_with_a_visitor_or_waiting_is_there(warehouse, tables):
    expected = voice.visitors(tables, NIGHT.isoformat())
    found = warehouse.rows(
        f"select match_id, child_ref, status, days_waited from {SCHEMA}_marts.voice_independent_visitors"
    )
    assert {row[0]: row[1:] for row in found} == expected
    assert {"matched", "waiting"} == {status for _, status, _ in expected.values()}
