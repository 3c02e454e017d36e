"""How long children wait for permanence, on the sample authority: the marts against the files and lifelines."""

from collections import defaultdict

import pytest

from tests.oracle.survival import CLOSE, kaplan_meier
from tests.oracle.timescales import waits

TIMESCALES = (
    "event, plan_option, cohort_kind, cohort, waits, came, lower_quartile_days, at_risk_at_lower_quartile, "
    "median_days, at_risk_at_median, upper_quartile_days, at_risk_at_upper_quartile"
)


@pytest.fixture(scope="module")
def told(sample_night):
    """The waits that the files tell, by cohort."""
    return waits(sample_night.tables, sample_night.night.isoformat())


@pytest.fixture(scope="module")
def curves(told):
    """The curve of each cohort's waits."""
    return {cohort: kaplan_meier(counted) for cohort, counted in told.items()}


def test_children_have_waited_for_everything(told):
    events = {key[0] for key in told}
    assert events == {"first plan agreed", "placed as planned", "placement order made", "left care as planned"}
    assert {len({came for _, came in waits}) for waits in told.values()} == {1, 2}


def test_the_timescales_are_those_of_the_files_and_lifelines(told, curves, sample_night):
    found = {
        row[:4]: row[4:]
        for row in sample_night.warehouse.rows(
            f"select {TIMESCALES} from {sample_night.marts}.permanence_timescales where cohort_kind <> 'team'"
        )
    }
    assert found.keys() == told.keys()
    for key, counted in told.items():
        quartiles = tuple(number for quartile in curves[key].quartiles for number in quartile)
        assert found[key] == (len(counted), sum(came for _, came in counted), *quartiles), key


def test_the_curves_are_those_of_the_files_and_lifelines(curves, sample_night):
    found = defaultdict(dict)
    for *key, day, at_risk, events, censored, survival in sample_night.warehouse.rows(
        "select event, plan_option, cohort_kind, cohort, days, at_risk, events, censored, survival::float8 "
        f"from {sample_night.marts}.permanence_survival_curve where cohort_kind <> 'team'"
    ):
        found[tuple(key)][day] = (at_risk, events, censored, survival)
    assert found.keys() == curves.keys()
    for key, curve in curves.items():
        steps = curve.steps
        assert {day: step[:3] for day, step in found[key].items()} == {day: step[:3] for day, step in steps.items()}
        assert max(abs(found[key][day][3] - step[3]) for day, step in steps.items()) <= CLOSE, key


def test_every_wait_has_one_team(sample_night):
    by_kind = sample_night.warehouse.rows(
        "select event, plan_option, sum(waits) filter (where cohort_kind = 'team'), "
        f"sum(waits) filter (where cohort_kind = 'all') from {sample_night.marts}.permanence_timescales group by 1, 2"
    )
    assert all(of_teams == of_all for *_, of_teams, of_all in by_kind)
