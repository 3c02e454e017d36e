"""Publish a build: bring each live mart to the build's state by its difference, all in one transaction.

Readers take no lock and wait for none: each statement of theirs sees the whole of one night or of the other.
"""

import json
import logging
import time
from dataclasses import dataclass

import psycopg

from include.publish.figures import keep_figures
from include.publish.live import hold, is_newer, live_publication, standing_hold
from include.publish.marts import NotPublished, bring, drop_gone
from include.publish.positions import keep_positions
from include.warehouse.builds import Build, build_state, known_batches, marts_of
from include.warehouse.connection import Role, advisory_lock, connect
from include.warehouse.errors import WarehouseError

log = logging.getLogger(__name__)

_TRIES, _SECONDS_BETWEEN = 20, 3
_LOCK_NOT_AVAILABLE = "55P03"


class StaleBuild(NotPublished):
    """Batches were recorded or withdrawn since the build was made: it has to be built again."""


@dataclass(frozen=True)
class Publication:
    """What is live: which build, of which day, and how many rows each mart has."""

    build_id: str
    kind: str
    rows: dict[str, int]
    written: int


def publish(build: Build, kind: str = "night") -> Publication | None:
    """Publish a build that has passed gate 2. Returns None, and changes nothing, when it may not take the live place:
    a newer day is live, or what is live is held.

    Kinds: `night`; `by_hand` and `rollback`, which hold: no night publishes until released. Safe to call again: a
    build that is live already is left as it is. Raises NotPublished when the build has not passed, or a BI view needs
    what has to change; StaleBuild when it lacks what was recorded since; WarehouseError when the server refuses.
    """
    tries = 1
    while True:
        try:
            return _publish(build, kind)
        except WarehouseError as error:
            if error.sqlstate != _LOCK_NOT_AVAILABLE or tries == _TRIES:
                raise
        tries += 1
        log.warning("%s: a reader keeps a mart that has to be altered; trying again", build.build_id)
        time.sleep(_SECONDS_BETWEEN)


def _publish(build: Build, kind: str) -> Publication | None:
    with connect(Role.PUBLISHER, f"publishing {build.build_id}") as connection:
        advisory_lock(connection, "publish")
        live = live_publication(connection)
        if not _may_take_its_place(connection, build, kind, live):
            return None
        marts = marts_of(connection, build.build_id)
        if not marts:
            raise NotPublished(f"{build.build_id} has no marts: build the day again")
        drop_gone(connection, marts)
        written = sum(bring(connection, build, mart) for mart in marts)
        keep_positions(connection, build)
        rows = {m.name: connection.execute(f"select count(*) from marts.{m.name}").fetchone()[0] for m in marts}
        if not (live and live["build_id"] == build.build_id and live["kind"] == kind):
            (publication_id,) = connection.execute(
                "insert into ops.publication (build_id, as_at, known_on, batches, kind, rows) "
                "values (%s, %s, %s, %s, %s, %s) returning publication_id",
                (build.build_id, build.as_at, build.known_on, list(build.batches), kind, json.dumps(rows)),
            ).fetchone()
            keep_figures(connection, publication_id)
        if kind != "night":
            hold(connection)
    log.info("%s is live as at %s, known on %s: %d rows written", build.build_id, build.as_at, build.known_on, written)
    return Publication(build.build_id, kind, rows, written)


def _may_take_its_place(connection: psycopg.Connection, build: Build, kind: str, live: dict | None) -> bool:
    """May the build become live? False: not now, as the rules of publishing have it. Raises NotPublished otherwise."""
    state = build_state(connection, build)
    if state != "passed":
        raise NotPublished(f"{build.build_id} is {state or 'unknown'}: only a build that passed gate 2 is published")
    if kind == "rollback":
        return True
    if kind == "night" and standing_hold(connection) is not None:
        log.warning("%s: recorded, not published: what is live is held. make release", build.build_id)
        return False
    if kind == "night" and is_newer(live, build.as_at, build.known_on):
        log.warning("%s: recorded, not published: %s is live", build.build_id, live["as_at"])
        return False
    if tuple(known_batches(connection, build.known_on)) != build.batches:
        raise StaleBuild(f"{build.build_id} lacks what was recorded or withdrawn since it was built: build it again")
    return True
