"""The clocks of the warehouse, run by dbt on a real PostgreSQL, against the oracle in plain Python.

Ten thousand histories or more, all of them in one delivery and one build; then the same with a mistake in each clock,
which the comparison has to catch.
"""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from include.transform import dbt
from tests.builds import dbt_build, make_schemas
from tests.conftest import warehouse_of
from tests.deliveries import LEAST, deliver
from tests.end_to_end.night import load
from tests.oracle.clocks.adoption_and_secure_reviews import ADOPTION_AND_SECURE
from tests.oracle.clocks.child_in_care_reviews import REGULATION_33_AND_48
from tests.oracle.clocks.clock import Break, Clock, Tables, histories
from tests.oracle.clocks.conferences import INITIAL_CONFERENCES, PROTECTION_VISITS, REVIEW_CONFERENCES
from tests.oracle.clocks.escalations import ESCALATIONS
from tests.oracle.clocks.foster_carer_reviews import YEARLY_REVIEWS
from tests.oracle.clocks.plans import AGREED_BY_THE_SECOND_REVIEW
from tests.oracle.clocks.private_fostering import SI_2005_1533
from tests.oracle.clocks.visits import REGULATION_28, SEEN_IN_SIX_WEEKS

NIGHT = date(2026, 3, 31)
POSITIONS = ("path:models/intermediate/positions", "fct_*_position")
CLOCKS: tuple[Clock, ...] = (
    REGULATION_33_AND_48,
    ADOPTION_AND_SECURE,
    AGREED_BY_THE_SECOND_REVIEW,
    ESCALATIONS,
    INITIAL_CONFERENCES,
    REVIEW_CONFERENCES,
    PROTECTION_VISITS,
    REGULATION_28,
    SEEN_IN_SIX_WEEKS,
    YEARLY_REVIEWS,
    SI_2005_1533,
)


def _built(project: Path, schema: str, warehouse) -> None:
    """Build a dbt project's facts, and what they stand on, into schemas of their own.

    Not the positions: ten thousand children at each month end are no clock.
    """
    make_schemas(warehouse, schema)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt, "PROJECT_FOLDER", project)
        dbt_build(NIGHT, schema, Path(folder), "+fct_*", "+dim_*", leaving_out=POSITIONS)


def _with_mistakes(folder: Path, breaks: Sequence[Break]) -> Path:
    """A copy of the dbt project with mistakes in it."""
    project = folder / "dbt_project"
    shutil.copytree(dbt.PROJECT_FOLDER, project)
    for mistake in breaks:
        path = project / mistake.file
        text = path.read_text(encoding="utf-8")
        assert text.count(mistake.right) == 1, f"{mistake.file} has not once: {mistake.right}"
        path.write_text(text.replace(mistake.right, mistake.wrong), encoding="utf-8")
    return project


def _found(warehouse, clock: Clock, schema: str) -> set[tuple]:
    return set(warehouse.rows(clock.query.format(marts=f"{schema}_marts", intermediate=f"{schema}_intermediate")))


@pytest.fixture(scope="module")
def told(template, tmp_path_factory):
    """The histories of every clock, recorded and built; and the warehouse."""
    made = {clock.name: histories(clock) for clock in CLOCKS}
    delivered: Tables = defaultdict(lambda: defaultdict(list))
    for clock in CLOCKS:
        for source, tables in clock.records(made[clock.name]).items():
            for table, records in tables.items():
                delivered[source][table] += records
    for table, record in LEAST.items():
        if table in delivered["ssd"]:
            # a record of somebody else, so that no file comes empty
            delivered["ssd"][table].append(record)
    with warehouse_of(template, tmp_path_factory.mktemp("clocks")) as warehouse:
        for source, tables in delivered.items():
            deliver(warehouse.drop, source, NIGHT, tables)
        load(NIGHT)
        _built(dbt.PROJECT_FOLDER, "build_right", warehouse)
        yield warehouse, made


def test_there_are_ten_thousand_histories(told):
    assert sum(map(len, told[1].values())) >= 10_000


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: clock.name)
def test_the_warehouse_agrees_with_the_oracle(told, clock):
    warehouse, made = told
    expected, found = clock.expected(made[clock.name]), _found(warehouse, clock, "build_right")
    missing, extra = sorted(map(str, expected - found)), sorted(map(str, found - expected))
    assert (missing, extra) == ([], []), f"only the oracle: {missing[:5]}; only the warehouse: {extra[:5]}"


@pytest.fixture(scope="module")
def mistaken(told, tmp_path_factory):
    """A build with every mistake in every clock at once."""
    breaks = [mistake for clock in CLOCKS for mistake in clock.breaks]
    _built(_with_mistakes(tmp_path_factory.mktemp("mistaken"), breaks), "build_wrong", told[0])


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: clock.name)
def test_a_mistake_in_a_clock_is_caught(told, mistaken, clock):
    warehouse, made = told
    assert _found(warehouse, clock, "build_wrong") != clock.expected(made[clock.name])


@pytest.mark.torture
@pytest.mark.parametrize(
    ("clock", "mistake"),
    [(clock, mistake) for clock in CLOCKS for mistake in clock.breaks],
    ids=lambda value: value.name if isinstance(value, Clock) else value.right,
)
def test_each_mistake_alone_is_caught(told, tmp_path, clock, mistake):
    warehouse, made = told
    _built(_with_mistakes(tmp_path, [mistake]), "build_alone", warehouse)
    assert _found(warehouse, clock, "build_alone") != clock.expected(made[clock.name])
