"""Nights that fail: each leaves the live marts byte-identical, and says why in one line."""

import shutil

import pytest

from include.feeds.readiness import ExportsMissing, exports_ready
from include.landing.land import LandingError
from include.publish.publish import NotPublished, publish
from include.publish.report import mart_hashes
from include.quality.results import GateStopped
from include.transform.build import build
from tests.end_to_end.night import load, run_night

pytestmark = pytest.mark.usefixtures("small_project")


@pytest.fixture
def published(sample_warehouse, nights):
    """The earlier night, published; the hashes of its marts."""
    assert run_night(nights[0]).written > 0
    return mart_hashes()


def _lines_kept(path, keep):
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:1] + [line for number, line in enumerate(lines[1:]) if keep(number)]))


def _without_manifest(folder):
    (folder / "manifest.json").unlink()
    (folder / "_READY").touch()


def test_each_kind_of_failing_night_leaves_the_marts_and_says_why(sample_warehouse, nights, published, monkeypatch):
    night = nights[1]
    drop = sample_warehouse.drop
    kept = drop.parent / "kept"
    shutil.copytree(drop, kept)

    def restore():
        shutil.rmtree(drop)
        shutil.copytree(kept, drop)

    # a nightly source missing
    shutil.rmtree(drop / "cssu" / night.isoformat())
    with pytest.raises(ExportsMissing, match=f"night of {night}: exports not ready: cssu: no delivery at") as caught:
        exports_ready(night, None)
    assert "\n" not in str(caught.value)
    restore()

    # a broken file
    folder = drop / "cssu" / night.isoformat()
    _without_manifest(folder)
    with (folder / "escalations.csv").open("a") as handle:
        handle.write("X999,100001\n")
    with pytest.raises(LandingError, match=r"escalations\.csv, record \d+: 2 fields where the header has 9") as caught:
        load(night)
    assert "\n" not in str(caught.value)
    restore()

    # gate 1 stops: most of a table has gone
    folder = drop / "ssd" / night.isoformat()
    _without_manifest(folder)
    _lines_kept(folder / "ssd_cla_episodes.csv", lambda number: number % 4 == 0)
    with pytest.raises(GateStopped, match=r"gate 1 stopped ssd .*: ssd\.cla_episodes\.rows\.fell") as caught:
        load(night)
    assert "\n" not in str(caught.value)
    standing = "select count(*) from ops.batch_standing where batch_date = %s"
    assert sample_warehouse.value(standing, (night,)) == 0
    restore()

    # gate 2 stops: a promise to the reader is broken in the build
    load(night)
    built = build(night, night)
    sample_warehouse.rows(
        f"with gone as (delete from {built.schema('marts')}.permanence_tracker where child_ref = "
        f"(select min(child_ref) from {built.schema('marts')}.permanence_tracker) returning 1) select 1 from gone"
    )
    from include.quality.publication_gate import gate_build

    with pytest.raises(GateStopped, match=r"gate 2 stopped .*permanence_tracker\.children") as caught:
        gate_build(built)
    assert "\n" not in str(caught.value)
    with pytest.raises(NotPublished, match="is stopped: only a build that passed gate 2 is published"):
        publish(built)

    assert mart_hashes() == published
