"""How long children wait for permanence, on the sample authority: the marts against the files and lifelines."""

from collections import defaultdict
from datetime import date

import pytest

from include.sample.exports import write_exports
from tests.builds import dbt_build, make_schemas
from tests.conftest import warehouse_of
from tests.end_to_end.night import load
from tests.oracle.figures import read_tables
from tests.oracle.survival import CLOSE, kaplan_meier
from tests.oracle.timescales import waits

NIGHT, SIZE, SCHEMA = date(2026, 3, 31), 0.2, "build_timescales"
TIMESCALES = (
    "event, plan_option, cohort_kind, cohort, waits, came, lower_quartile_days, at_risk_at_lower_quartile, "
    "median_days, at_risk_at_median, upper_quartile_days, at_risk_at_upper_quartile"
)


@pytest.fixture(scope="module")
def told(template, tmp_path_factory):
    """The waits that the files tell, by cohort; and the warehouse, built from the files."""
    with warehouse_of(template, tmp_path_factory.mktemp("timescales")) as warehouse:
        write_exports(warehouse.drop, [NIGHT], size=SIZE)
        load(NIGHT)
        make_schemas(warehouse, SCHEMA)
        marts = ("+permanence_timescales", "+permanence_survival_curve")
        dbt_build(NIGHT, SCHEMA, tmp_path_factory.mktemp("target"), *marts)
        yield waits(read_tables(warehouse.drop, NIGHT), NIGHT.isoformat()), warehouse


def test_children_have_waited_for_everything(told):
    events = {key[0] for key in told[0]}
    assert events == {"first plan agreed", "placed as planned", "placement order made", "left care as planned"}
    assert {len({came for _, came in waits}) for waits in told[0].values()} == {1, 2}


def test_the_timescales_are_those_of_the_files_and_lifelines(told):
    expected, warehouse = told
    found = {
        row[:4]: row[4:]
        for row in warehouse.rows(
            f"select {TIMESCALES} from {SCHEMA}_marts.permanence_timescales where cohort_kind <> 'team'"
        )
    }
    assert found.keys() == expected.keys()
    for key, counted in expected.items():
        quartiles = tuple(number for quartile in kaplan_meier(counted).quartiles for number in quartile)
        assert found[key] == (len(counted), sum(came for _, came in counted), *quartiles), key


def test_the_curves_are_those_of_the_files_and_lifelines(told):
    expected, warehouse = told
    found = defaultdict(dict)
    for *key, day, at_risk, events, censored, survival in warehouse.rows(
        "select event, plan_option, cohort_kind, cohort, days, at_risk, events, censored, survival::float8 "
        f"from {SCHEMA}_marts.permanence_survival_curve where cohort_kind <> 'team'"
    ):
        found[tuple(key)][day] = (at_risk, events, censored, survival)
    assert found.keys() == expected.keys()
    for key, counted in expected.items():
        steps = kaplan_meier(counted).steps
        assert {day: step[:3] for day, step in found[key].items()} == {day: step[:3] for day, step in steps.items()}
        assert max(abs(found[key][day][3] - step[3]) for day, step in steps.items()) <= CLOSE, key


def test_every_wait_has_one_team(told):
    _, warehouse = told
    by_kind = warehouse.rows(
        "select event, plan_option, sum(waits) filter (where cohort_kind = 'team'), "
        f"sum(waits) filter (where cohort_kind = 'all') from {SCHEMA}_marts.permanence_timescales group by 1, 2"
    )
    assert all(of_teams == of_all for *_, of_teams, of_all in by_kind)
