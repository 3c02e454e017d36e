"""The clocks of the warehouse, run by dbt on a real PostgreSQL, against an oracle in plain Python."""

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.calendar.bank_holidays import SEED, bank_holidays
from include.transform import dbt
from include.warehouse.connection import Role
from tests.deliveries import LEAST, deliver
from tests.end_to_end.night import load
from tests.oracle.clocks import is_working_day, months_after, reviews_due, working_days_after

NIGHT = date(2026, 3, 31)
SCHEMA = "build_oracle"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2022, 11, 30), 3, date(2023, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 2, 29), 6, date(2024, 8, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 12, 31), 6, date(2025, 6, 30)),
    ],
)
def test_the_oracle_clamps_months(day, months, expected):
    assert months_after(day, months) == expected


def test_the_oracle_counts_working_days_over_christmas():
    # 27 and 28 December 2022 are bank holidays in place of the weekend's; 2 January in place of the first's
    assert working_days_after(date(2022, 12, 23), 1) == date(2022, 12, 28) + timedelta(
        days=0 if is_working_day(date(2022, 12, 28)) else 1
    )
    assert working_days_after(date(2022, 12, 30), 1) == date(2023, 1, 3)


def test_the_committed_bank_holidays_are_those_of_the_package():
    written = [tuple(line.split(",", 1)) for line in SEED.read_text(encoding="utf-8").splitlines()[1:]]
    assert written == bank_holidays()


CHILD = st.fixed_dictionaries(
    {
        "started": st.dates(date(2022, 4, 2), date(2026, 3, 1)),
        "gaps": st.lists(st.integers(1, 260), max_size=7),
        "short_break": st.booleans(),
        "stays": st.one_of(st.none(), st.integers(1, 900)),
        "comes_back_after": st.one_of(st.none(), st.integers(0, 60)),
    }
)


def _periods(children):
    """(child, period of care, its first day, its last or None, the child's gaps): a child may come back."""
    for number, child in enumerate(children, 1):
        started = child["started"]
        ended = started + timedelta(days=child["stays"]) if child["stays"] else None
        if ended and ended > NIGHT:
            ended = None
        yield f"P{number}", f"C{number}", started, ended, child
        if ended and child["comes_back_after"] is not None:
            again = ended + timedelta(days=child["comes_back_after"])
            if again <= NIGHT:
                yield f"P{number}", f"C{number}.2", again, None, child


def _exports(children):
    tables = {"person": [], "cla_episodes": [], "legal_status": [], "cla_reviews": []}
    # a review of no known period of care: the file may not come empty, and it must change nothing
    tables["cla_reviews"].append(LEAST["cla_reviews"] | {"clar_cla_review_id": "R0", "clar_cla_id": "C0"})
    expected = {}
    for person, period, started, ended, child in _periods(children):
        held, day = [], started
        for gap in child["gaps"]:
            day += timedelta(days=gap)
            if day <= (ended or NIGHT):
                held.append(day)
        expected[period] = reviews_due(started, held, short_break=child["short_break"], ended=ended)
        if not period.endswith(".2"):
            tables["person"].append({"pers_person_id": person, "pers_dob": "2015-05-05"})
        tables["cla_episodes"].append(
            {
                "clae_cla_episode_id": f"E{period}",
                "clae_person_id": person,
                "clae_cla_id": period,
                "clae_cla_episode_start_date": started.isoformat(),
                "clae_cla_episode_start_reason": "S",
                "clae_cla_episode_ceased_date": ended.isoformat() if ended else "",
            }
        )
        tables["legal_status"].append(
            {
                "lega_legal_status_id": f"L{period}",
                "lega_person_id": person,
                "lega_legal_status": "V4" if child["short_break"] else "C2",
                "lega_legal_status_start_date": started.isoformat(),
                "lega_legal_status_end_date": ended.isoformat() if ended else "",
            }
        )
        tables["cla_reviews"] += [
            {
                "clar_cla_review_id": f"R{period}.{place}",
                "clar_cla_id": period,
                "clar_cla_review_date": review.isoformat(),
                # the source's own due date is wrong on purpose: it must never decide
                "clar_cla_review_due_date": (review - timedelta(days=400)).isoformat(),
            }
            for place, review in enumerate(held)
        ]
    return tables, expected


def _build(warehouse, select: str) -> None:
    with warehouse.connect(Role.BUILDER) as connection:
        for layer in ("seeds", "staging", "intermediate", "marts"):
            connection.execute(f"drop schema if exists {SCHEMA}_{layer} cascade")
            connection.execute(f"create schema {SCHEMA}_{layer}")
    with tempfile.TemporaryDirectory() as folder:
        variables = json.dumps({"as_at": NIGHT.isoformat(), "known_on": NIGHT.isoformat(), "build_id": SCHEMA})
        arguments = ["build", "--exclude-resource-type", "unit_test", "--select", select, "--vars", variables]
        assert dbt.run(arguments, schema=SCHEMA, target=Path(folder)) == 0


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(children=st.lists(CHILD, min_size=120, max_size=160))
def test_regulation_33_and_48_agree_with_the_oracle(empty_warehouse, children):
    empty_warehouse.rows("with gone as (delete from ops.batch returning 1) select 1 from gone")
    for table in ("person", "cla_episodes", "legal_status", "cla_reviews"):
        empty_warehouse.rows(f"with gone as (delete from raw.ssd_{table} returning 1) select 1 from gone")
    tables, expected = _exports(children)
    deliver(empty_warehouse.drop, "ssd", NIGHT, tables)
    load(NIGHT)
    _build(empty_warehouse, "+fct_cic_review")
    found: dict[str, list] = {period: [] for period in expected}
    for period, number, held, due, in_time, late in empty_warehouse.rows(
        "select care_period_id, review_number, held_date, due_date, in_time, working_days_late "
        f"from {SCHEMA}_marts.fct_cic_review order by 1, 2"
    ):
        found.setdefault(period, []).append((number, held, due))
        if held:
            assert in_time == (held <= due)
            steps = [held, due] if held <= due else [due, held]
            days = sum(is_working_day(steps[0] + timedelta(days=n)) for n in range(1, (steps[1] - steps[0]).days + 1))
            assert late == (-days if held <= due else days)
    assert found == expected
