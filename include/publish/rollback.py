"""Roll back: publish the build that was live before the one that is, and hold it."""

import logging

from include.publish.live import live_publication
from include.publish.marts import NotPublished
from include.publish.publish import Publication, publish
from include.warehouse.builds import Build
from include.warehouse.connection import Role, connect

log = logging.getLogger(__name__)


def roll_back() -> Publication:
    """Bring the live marts back to the build published before the live one, and hold later nights until released.

    Raises NotPublished when there is none whose marts are kept (setting builds_kept).
    """
    with connect(Role.PUBLISHER, "looking for the publication before") as connection:
        live = live_publication(connection)
        row = connection.execute(
            "select build_id, as_at, known_on, batches from ops.publication as p where build_id <> %s "
            "and publication_id < (select min(publication_id) from ops.publication where build_id = %s) "
            "and to_regnamespace(p.build_id || '_marts') is not null order by publication_id desc limit 1",
            (live["build_id"] if live else "", live["build_id"] if live else ""),
        ).fetchone()
    if row is None:
        raise NotPublished("there is no earlier publication whose marts are kept (PERMANENCE_BUILDS_KEPT)")
    done = publish(Build(row[0], row[1], row[2], tuple(row[3])), kind="rollback")
    log.warning("rolled back to %s; held until released", row[0])
    return done
