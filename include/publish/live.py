"""What is live, whether it is held, and which day a run has to bring up to date."""

import logging
from datetime import date

import psycopg

from include.warehouse.connection import Role, advisory_lock, connect

log = logging.getLogger(__name__)


class NothingHeld(Exception):
    """There is no hold to release."""


def live_publication(connection: psycopg.Connection) -> dict | None:
    """The publication that is live, as ops.publication has it; None before the first."""
    cursor = connection.execute(
        "select publication_id, build_id, as_at, known_on, batches, kind, rows, published_at from ops.publication "
        "order by publication_id desc limit 1"
    )
    row = cursor.fetchone()
    return dict(zip([column.name for column in cursor.description], row, strict=True)) if row else None


def standing_hold(connection: psycopg.Connection) -> int | None:
    """Number of the hold that keeps nights from publishing; None when there is none."""
    row = connection.execute("select max(hold_id) from ops.publication_hold where released_at is null").fetchone()
    return row[0]


def is_newer(live: dict | None, as_at: date, known_on: date) -> bool:
    """Is what is live of a newer day, or of the same as known on a newer one? Then that day does not take its place."""
    return live is not None and (live["as_at"], live["known_on"]) > (as_at, known_on)


def day_to_publish(as_at: date, known_on: date) -> tuple[date, date]:
    """The day (as_at, known_on) that a run of that day has to build: its own, unless a newer one is live.

    Then the run's own day is recorded and not published, and the live day is built again where what was recorded
    changes what is known of it.
    """
    with connect(Role.PUBLISHER, "looking at what is live") as connection:
        live = live_publication(connection)
        held = standing_hold(connection)
    if held is None and is_newer(live, as_at, known_on):
        log.warning("%s: recorded, not published: %s is live", as_at, live["as_at"])
        return live["as_at"], live["known_on"]
    return as_at, known_on


def hold(connection: psycopg.Connection) -> None:
    """Hold: what is live stays until released. To be called in the publication's transaction, under its lock."""
    if standing_hold(connection) is None:
        connection.execute(
            "insert into ops.publication_hold (publication_id) select max(publication_id) from ops.publication"
        )


def release() -> tuple[date, date] | None:
    """Release the hold; returns the newest day (as_at, known_on) that passed gate 2, for publishing; None without one.

    Raises NothingHeld.
    """
    with connect(Role.PUBLISHER, "releasing the hold") as connection:
        advisory_lock(connection, "publish")
        released = connection.execute(
            "update ops.publication_hold set released_at = clock_timestamp() where released_at is null"
        ).rowcount
        if not released:
            raise NothingHeld("nothing is held: nights publish as ever")
        newest = connection.execute(
            "select as_at, known_on from ops.build where state = 'passed' order by as_at desc, known_on desc limit 1"
        ).fetchone()
    return newest
