"""The warehouse's Kaplan-Meier curves, run by dbt on a real PostgreSQL, against lifelines.

Many cohorts at once, made up by Hypothesis: ties, nothing but waits that were cut off, nothing but waits that ended, a
single child, curves that come to lie on a quartile itself.
"""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.transform import parsed
from include.warehouse.connection import Role
from tests.builds import make_schemas
from tests.conftest import warehouse_of
from tests.oracle.survival import CLOSE, kaplan_meier

SCHEMA = "build_curves"
COHORTS = 250
FEW_DAYS, MANY_DAYS = st.integers(0, 12), st.integers(0, 4_000)
COHORT = st.one_of(
    st.lists(st.tuples(FEW_DAYS, st.booleans()), min_size=1, max_size=40),
    st.lists(st.tuples(MANY_DAYS, st.booleans()), min_size=1, max_size=120),
    st.lists(st.tuples(FEW_DAYS, st.just(True)), min_size=1, max_size=40),
    st.lists(st.tuples(FEW_DAYS, st.just(False)), min_size=1, max_size=12),
    # everybody's own day: with 4, 8, 12 … children the curve lies on each quartile once
    st.integers(1, 24).map(lambda children: [(day, True) for day in range(children)]),
    st.tuples(MANY_DAYS, st.booleans()).map(lambda only: [only]),
)


def _cohorts() -> list[list[tuple[int, bool]]]:
    made = []

    @settings(
        max_examples=COHORTS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(COHORT)
    def collect(cohort):
        made.append(cohort)

    collect()
    return made


@pytest.fixture(scope="module")
def curves(template, tmp_path_factory):
    """The cohorts by name, what lifelines says of each, the warehouse's steps of each, and its quartiles."""
    cohorts = {f"cohort {number}": waits for number, waits in enumerate(_cohorts())}
    with warehouse_of(template, tmp_path_factory.mktemp("curves")) as warehouse:
        make_schemas(warehouse, SCHEMA)
        with warehouse.connect(Role.BUILDER) as connection, connection.cursor() as cursor:
            cursor.execute(
                f"create table {SCHEMA}_intermediate.int_timescales__cohort_waits (wait_key text, event text, "
                "plan_option text, cohort_kind text, cohort text, days integer, has_come boolean, ended_by text, "
                "is_agreed_by_second_review boolean)"
            )
            with cursor.copy(
                f"copy {SCHEMA}_intermediate.int_timescales__cohort_waits "
                "(wait_key, event, plan_option, cohort_kind, cohort, days, has_come, ended_by) from stdin"
            ) as copy:
                for cohort, waits in cohorts.items():
                    for number, (days, came) in enumerate(waits):
                        ended_by = "came" if came else "waiting"
                        copy.write_row((str(number), "first plan agreed", "all", "team", cohort, days, came, ended_by))
        selected = ["run", "--select", "int_timescales__curve", "int_timescales__cohorts"]
        assert parsed.run(selected, schema=SCHEMA, target=tmp_path_factory.mktemp("target")) == 0
        steps = defaultdict(dict)
        for cohort, day, at_risk, events, censored, survival in warehouse.rows(
            "select cohort, days, at_risk, events, censored, survival::float8 "
            f"from {SCHEMA}_intermediate.int_timescales__curve"
        ):
            steps[cohort][day] = (at_risk, events, censored, survival)
        quartiles = {
            row[0]: (row[1:3], row[3:5], row[5:7])
            for row in warehouse.rows(
                "select cohort, lower_quartile_days, at_risk_at_lower_quartile, median_days, at_risk_at_median, "
                f"upper_quartile_days, at_risk_at_upper_quartile from {SCHEMA}_intermediate.int_timescales__cohorts"
            )
        }
        yield cohorts, {name: kaplan_meier(waits) for name, waits in cohorts.items()}, steps, quartiles


def test_every_kind_of_cohort_is_there(curves):
    cohorts = curves[0].values()
    assert len(cohorts) >= COHORTS / 2
    assert any(all(came for _, came in waits) for waits in cohorts)
    assert any(not any(came for _, came in waits) for waits in cohorts)
    assert any(len(waits) == 1 for waits in cohorts)
    assert any(len({day for day, _ in waits}) < len(waits) for waits in cohorts)


def test_the_curves_are_those_of_lifelines(curves):
    cohorts, expected, steps, _ = curves
    for cohort, curve in expected.items():
        counted = {day: step[:3] for day, step in steps[cohort].items()}
        assert counted == {day: step[:3] for day, step in curve.steps.items()}, cohorts[cohort]
        apart = [abs(steps[cohort][day][3] - step[3]) for day, step in curve.steps.items()]
        assert max(apart) <= CLOSE, cohorts[cohort]


def test_the_quartiles_and_who_was_at_risk_are_those_of_lifelines(curves):
    cohorts, expected, _, quartiles = curves
    for cohort, curve in expected.items():
        assert quartiles[cohort] == curve.quartiles, cohorts[cohort]
