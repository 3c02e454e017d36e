"""The steps of a night as plain calls, for tests that run many nights: what the DAG's tasks call, in their order."""

from datetime import date

from include.history.record import record_night
from include.landing.land import land_night
from include.night import publish_day
from include.publish.live import day_to_publish
from include.publish.publish import Publication
from include.quality.landing_gate import gate_night

STEPS = {
    "land": "from include.landing.land import land_night; land_night(as_at)",
    "gate_landing": "from include.quality.landing_gate import gate_night; gate_night(as_at)",
    "record": "from include.history.record import record_night; record_night(as_at)",
    "build": "from include.transform.build import build; build(as_at, known_on)",
    "gate_publication": (
        "from include.quality.publication_gate import gate_build; from include.warehouse.builds import newest_build; "
        "gate_build(newest_build(as_at, known_on))"
    ),
    "publish": (
        "from include.night import publish_day; from include.publish.live import day_to_publish; "
        "publish_day(*day_to_publish(as_at, known_on))"
    ),
}


def step_code(step: str, as_at: date, known_on: date | None = None) -> str:
    """Python that does one step in a process of its own."""
    known_on = known_on or as_at
    return (
        "import logging; logging.basicConfig(level=logging.INFO); from datetime import date; "
        f"as_at, known_on = date.fromisoformat('{as_at}'), date.fromisoformat('{known_on}'); {STEPS[step]}"
    )


def load(run_date: date) -> None:
    """The first half of a night: land, gate 1, record."""
    land_night(run_date)
    gate_night(run_date)
    record_night(run_date)


def run_night(as_at: date) -> Publication | None:
    """A whole night, as_at = known_on; the live day's second half again where a newer one is live."""
    load(as_at)
    return publish_day(*day_to_publish(as_at, as_at))
