"""A day as it was known on a day, beside the live marts; what each publication said; reports that stand on one."""

from datetime import date, timedelta

import psycopg
import pytest

from include.publish.figures import NotFrozen, freeze
from include.publish.report import mart_hashes
from include.warehouse.connection import Role
from tests.conftest import environment
from tests.deliveries import deliver_children
from tests.end_to_end.night import load, run_night

EARLIER, NIGHT = date(2026, 3, 30), date(2026, 3, 31)


def _build_of(printed: str) -> str:
    (line,) = [line for line in printed.splitlines() if "make drop-build BUILD=" in line]
    return line.partition("make drop-build BUILD=")[2].split()[0]


@pytest.mark.torture
def test_a_day_is_built_beside_what_is_live_kept_and_dropped_by_hand(two_nights, run_command):
    before = mart_hashes()
    asked = ("include.commands.build", "--as-at", EARLIER.isoformat())
    done = run_command(*asked)
    assert done.returncode == 0, done.stderr
    assert f"exactly what was known on {EARLIER}" in done.stdout
    build = _build_of(done.stdout)
    assert mart_hashes() == before
    # readers read it as they read what is live, and nothing they may not read there
    with two_nights.connect(Role.READER) as connection:
        assert connection.execute(f"select count(*) from {build}_marts.permanence_tracker").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select * from {build}_marts.child_identity")
    # later nights leave it
    with environment(PERMANENCE_BUILDS_KEPT="1"):
        deliver_children(two_nights.drop, NIGHT + timedelta(days=1), children=2)
        run_night(NIGHT + timedelta(days=1))
    assert two_nights.value("select to_regnamespace(%s) is not null", (f"{build}_marts",))
    with environment(PERMANENCE_BUILDS_KEPT="1"):
        dropped = run_command("include.commands.drop_build", "--build", build)
    assert dropped.returncode == 0, dropped.stderr
    assert two_nights.value("select count(*) from pg_namespace where nspname like %s", (f"{build}%",)) == 0
    again = run_command("include.commands.drop_build", "--build", build)
    assert again.returncode == 1
    assert f"{build} is not a build that is kept on purpose; those are: none" in again.stderr


@pytest.mark.torture
def test_what_was_replaced_since_is_named(two_nights, run_command):
    deliver_children(two_nights.drop, EARLIER, children=3)
    load(EARLIER)
    done = run_command("include.commands.build", "--as-at", EARLIER.isoformat())
    assert done.returncode == 0, done.stderr
    assert "not exactly what was known then:" in done.stdout
    assert f"ssd {EARLIER} was replaced by a later delivery on " in done.stdout
    assert "cssu" not in done.stdout.partition("not exactly")[2]


@pytest.mark.torture
def test_every_publication_says_what_it_said_for_good(two_nights):
    (first,), (second,) = two_nights.rows("select publication_id from ops.publication order by 1")
    columns = "measure_id, period_id, breakdown, breakdown_value, numerator, value_as_published, suppressed_value"
    said = set(two_nights.rows(f"select {columns} from ops.figures_said(%s)", (second,)))
    assert said == set(two_nights.rows(f"select {columns} from marts.figures"))
    count = (
        "select numerator from ops.figures_said(%s) where measure_id = 'cic_count' and period_id = %s "
        "and breakdown = 'total'"
    )
    assert two_nights.value(count, (first, f"as at {EARLIER}")) == 1
    assert two_nights.value(count, (second, f"as at {NIGHT}")) == 2
    # what the newer night no longer says, it is known not to say
    assert two_nights.rows(count, (second, f"as at {EARLIER}")) == []
    # only what differs is kept again
    kept = dict(two_nights.rows("select publication_id, count(*) from ops.published_figure group by 1"))
    assert kept[second] < len(said) / 2
    with two_nights.connect(Role.PUBLISHER) as connection:
        for change in ("update ops.published_figure set value = 0", "delete from ops.published_figure"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(change)


@pytest.mark.torture
def test_a_report_stands_on_what_is_live_once_and_for_good(two_nights, run_command):
    with pytest.raises(NotFrozen, match=r"no figures of the year to 2019-03-31: make publish AS_AT=2019-03-31"):
        freeze("2018-19")
    done = run_command("include.commands.freeze", "--year", "2025-26")
    assert f"the report of 2025-26 stands on publication 2, as at {NIGHT}, known on {NIGHT}: " in done.stdout
    with pytest.raises(NotFrozen, match="is frozen already: it stands for good on publication 2"):
        freeze("2025-26")
    with two_nights.connect(Role.PUBLISHER) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("update ops.frozen_report set publication_id = 1")


def test_nothing_published_freezes_nothing(empty_warehouse):
    with pytest.raises(NotFrozen, match="nothing is published"):
        freeze("2025-26")
