"""Keep what the worklist stands on beside the failures: what was accepted, and who answers for each child."""

import csv

import psycopg

from include.settings import PROJECT
from include.warehouse.builds import Build
from include.warehouse.connection import advisory_lock

SEED = PROJECT / "dbt_project" / "seeds" / "accepted_failure.csv"
_TEXTS = ("rule_id", "table_name", "record_key", "column_name", "reason", "accepted_by")


def keep_accepted(connection: psycopg.Connection) -> None:
    """Bring quality.accepted_failure to the seed of that name, as it stands in its file now.

    A day that can't be read is empty, and such a line accepts nothing. Raises ValueError, naming the column, where the
    file has no such column.
    """
    with SEED.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = [name for name in (*_TEXTS, "accepted_on", "accepted_until") if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{SEED.name} has no column {', '.join(missing)}: it is one of the seed's own")
        lines = [
            (reader.line_num, *((row[name] or "").strip() for name in (*_TEXTS, "accepted_on", "accepted_until")))
            for row in reader
        ]
    advisory_lock(connection, "quality.accepted_failure")
    connection.execute("delete from quality.accepted_failure")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into quality.accepted_failure (line, {', '.join(_TEXTS)}, accepted_on, accepted_until) "
            "values (%s, %s, %s, %s, %s, %s, %s, safe.as_date(%s), safe.as_date(%s))",
            lines,
        )


def keep_answering(connection: psycopg.Connection, build: Build) -> None:
    """Bring quality.answering to who answers for each child on the build's day, or did last before it.

    Leaves it as it is where a newer day was judged already: the worklist is of today.
    """
    advisory_lock(connection, "quality.answering")
    newer = connection.execute(
        "select exists (select from ops.build where state in ('passed', 'stopped') and (as_at, known_on) > (%s, %s))",
        (build.as_at, build.known_on),
    ).fetchone()[0]
    if newer:
        return
    columns = "child_ref, team_id, iro_id, social_worker_id"
    connection.execute(
        f"create temporary table answers on commit drop as select distinct on (child_ref) {columns} "
        f"from {build.schema('intermediate')}.int_people__allocation_spells where from_day <= %s "
        "order by child_ref, from_day desc",
        (build.as_at,),
    )
    connection.execute(
        "delete from quality.answering as a where not exists (select from answers as n where n.child_ref = a.child_ref)"
    )
    connection.execute(
        f"insert into quality.answering as a ({columns}) select {columns} from answers "
        "on conflict (child_ref) do update "
        "set team_id = excluded.team_id, iro_id = excluded.iro_id, social_worker_id = excluded.social_worker_id "
        "where (a.team_id, a.iro_id, a.social_worker_id) "
        "is distinct from (excluded.team_id, excluded.iro_id, excluded.social_worker_id)"
    )
