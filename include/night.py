"""The two halves of a night as one call each: load a delivery (land, gate 1, record), publish a day (build, gate 2,
publish). The DAG does them task by task; what is done by hand, or has to be done again, does them here.
"""

import logging
from datetime import date

from include.history import ledger
from include.history.record import record_batches
from include.history.withdraw import withdraw
from include.landing.land import delivered_batches, land_archived, land_batch
from include.publish.live import day_to_publish, live_publication
from include.publish.publish import Publication, StaleBuild, publish
from include.quality.across_batches import decide_again
from include.quality.landing_gate import gate_batches
from include.quality.publication_gate import gate_build
from include.transform.build import build
from include.warehouse.builds import known_batches
from include.warehouse.connection import Role, connect
from include.warehouse.migrate import derive_from_contract

log = logging.getLogger(__name__)


def publish_day(as_at: date, known_on: date, kind: str = "night") -> Publication | None:
    """Build a day, gate it, publish it; what is done already is not done again. Returns as `publish` does.

    A batch that another run records in the meantime makes the build stale: then it is built again. When another run
    publishes a newer day in the meantime, that day is brought up to date instead. So what is live always stands on all
    that is known. Raises BuildFailed, GateStopped, NotPublished, WarehouseError.
    """
    while True:
        built = build(as_at, known_on)
        gate_build(built)
        try:
            published = publish(built, kind)
        except StaleBuild as stale:
            log.warning("%s", stale)
            continue
        newest = day_to_publish(as_at, known_on)
        if published is not None or newest == (as_at, known_on):
            return published
        as_at, known_on = newest


def refresh_live() -> Publication | None:
    """Build the live day again where what is known of it changed, and publish it; None when nothing has to change.

    Raises as `publish_day` does.
    """
    with connect(Role.PUBLISHER, "looking at what is live") as connection:
        live = live_publication(connection)
        if live is None or known_batches(connection, live["known_on"]) == live["batches"]:
            return None
    return publish_day(live["as_at"], live["known_on"])


def load_delivery(
    source_name: str, batch_date: date, fingerprint: str | None = None, *, by_hand: bool = True
) -> list[str]:
    """Land, gate and record what one source delivered on one date; returns a line for each thing done.

    From the drop folder or the ssd database, or, with a `fingerprint` of the ledger, from the archive. `by_hand`
    somebody asks for it: what was withdrawn comes back, what a changed contract or rule reads differently is read
    again, and what it is held against is decided again. What of it passes is recorded also where another part of it is
    stopped. Raises DeliveryError, GateStopped, NoSuchBatch, WarehouseError.
    """
    derive_from_contract()
    if fingerprint:
        with connect(Role.LOADER, "reading the ledger") as connection:
            entry = ledger.by_fingerprint(connection, source_name, batch_date, fingerprint)
        lines = [land_archived(entry)]
    else:
        with delivered_batches(source_name, batch_date, by_hand=by_hand) as batches:
            lines = [land_batch(batch, by_hand=by_hand) for batch in batches]
    try:
        lines += gate_batches(in_state(source_name, batch_date, "landed"))
    finally:
        lines += record_batches(in_state(source_name, batch_date, "passed"))
        if by_hand:
            # what is recorded already is not landed again, and yet a fall may have been accepted meanwhile
            for entry in in_state(source_name, batch_date, "recorded"):
                lines += decide_again(source_name, entry.slice, batch_date)
        lines += _record_let_through(source_name)
    return lines


def withdraw_delivery(source_name: str, batch_date: date, why: str, slice_: str | None = None) -> list[str]:
    """Withdraw a batch, decide again what stood on it, and record what is let through; a line for each thing done.

    Safe to run again. Raises as `withdraw` does, DeliveryError, WarehouseError.
    """
    lines = [withdraw(source_name, batch_date, why, slice_)]
    with connect(Role.LOADER, "reading the ledger") as connection:
        (withdrawn,) = [
            entry for entry in ledger.of_date(connection, source_name, batch_date) if slice_ in (None, entry.slice)
        ]
    return [*lines, *decide_again(source_name, withdrawn.slice, batch_date), *_record_let_through(source_name)]


def _record_let_through(source_name: str) -> list[str]:
    """Record the batches of a source that were stopped and have been let through since."""
    with connect(Role.LOADER, "reading the ledger") as connection:
        waiting = ledger.let_through(connection, source_name)
    return record_batches(waiting)


def in_state(source_name: str, batch_date: date, state: str) -> list[ledger.Entry]:
    """The batches of a delivery that the ledger has in a state."""
    with connect(Role.LOADER, "reading the ledger") as connection:
        found = ledger.of_date(connection, source_name, batch_date)
    return [entry for entry in found if entry.state == state]
