"""What a publication said of each child, kept so that a later one can say what moved since."""

import psycopg

from include.settings import settings
from include.warehouse.builds import Build


def keep_positions(connection: psycopg.Connection, build: Build) -> None:
    """Keep who is on the live trackers and why, as at the build's day and as known then; forget the oldest nights.

    In the place of what an earlier publication of the same day, known on the same one, said. Ends of months stay.
    """
    day = {"as_at": build.as_at, "known_on": build.known_on}
    for table in ("published_position", "published_reason"):
        connection.execute(f"delete from ops.{table} where as_at = %(as_at)s and known_on = %(known_on)s", day)
    connection.execute(
        "insert into ops.published_position (as_at, known_on, concerns, child_ref, iro_id, team_id) "
        "select %(as_at)s, %(known_on)s, 'CARE', child_ref, iro_id, team_id from marts.permanence_tracker union all "
        "select %(as_at)s, %(known_on)s, 'PLAN', child_ref, iro_id, team_id from marts.cp_tracker",
        day,
    )
    connection.execute(
        "insert into ops.published_reason (as_at, known_on, child_ref, reason, since_date) "
        "select %(as_at)s, %(known_on)s, child_ref, reason, since_date from marts.worklist",
        day,
    )
    forgotten = connection.execute(
        "select distinct as_at from ops.published_position order by as_at desc offset %s limit 1",
        (settings().published_nights_kept,),
    ).fetchone()
    if forgotten:
        for table in ("published_position", "published_reason"):
            connection.execute(
                f"delete from ops.{table} where as_at <= %s "
                "and as_at <> (date_trunc('month', as_at) + interval '1 month - 1 day')::date",
                forgotten,
            )
