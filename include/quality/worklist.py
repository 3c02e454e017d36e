"""The worklist of what is to be put right: keep what it stands on beside the failures, and read it."""

import csv
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.rows import dict_row

from include.settings import PROJECT
from include.warehouse.builds import Build
from include.warehouse.connection import Role, advisory_lock, connect

SEED = PROJECT / "dbt_project" / "seeds" / "accepted_failure.csv"
_TEXTS = ("rule_id", "table_name", "record_key", "column_name", "reason", "accepted_by")


class NothingLoaded(Exception):
    """There is no batch that history stands on."""


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


@dataclass(frozen=True)
class Worklist:
    """What is to be put right as at a night: plain rows, as the views of schema quality have them.

    `rows`: quality.worklist; `accepted`: quality.acceptance, with the failures that each line leaves out; `trend`:
    quality.trend; `nights`: the nights it shows, the oldest first; `newest`: the newest batch by source; `left_out`:
    how many open failures are accepted.
    """

    night: date
    newest: dict[str, date]
    rows: list[dict]
    accepted: list[dict]
    left_out: int
    trend: list[dict]
    nights: list[date]


def read_worklist() -> Worklist:
    """The worklist as at the newest night loaded, all of it from one moment, by what the seed accepts by now.

    Raises NothingLoaded while history is empty, ValueError as `keep_accepted` does, WarehouseError.
    """
    with connect(Role.BUILDER, "reading the worklist") as connection:
        keep_accepted(connection)
    with connect(Role.BUILDER, "reading the worklist") as connection:
        connection.execute("set transaction isolation level repeatable read read only")
        (night,) = connection.execute("select night from quality.newest_night").fetchone()
        if night is None:
            raise NothingLoaded("Nothing was loaded yet, so there is nothing to put right: make run loads a night")
        newest = connection.execute("select source, max(batch_date) from ops.batch_standing group by 1 order by 1")
        cursor = connection.cursor(row_factory=dict_row)
        return Worklist(
            night=night,
            newest=dict(newest.fetchall()),
            rows=cursor.execute(
                "select * from quality.worklist "
                "order by array_position(array['critical', 'warning', 'info'], severity), nights_open desc, source, "
                "table_name, record_key, rule_id, column_name, record_numbers, child_ref"
            ).fetchall(),
            accepted=cursor.execute(
                "select a.*, (select count(*) from quality.open_failure as f where f.accepted_line = a.line) "
                "as failures from quality.acceptance as a order by a.line"
            ).fetchall(),
            left_out=connection.execute(
                "select count(*) from quality.open_failure where accepted_line is not null"
            ).fetchone()[0],
            trend=cursor.execute("select * from quality.trend order by rule_id, night").fetchall(),
            nights=[row[0] for row in connection.execute("select night from quality.trend_night order by night")],
        )


def record_numbers(row: dict) -> str:
    """The numbers of a row's records in their file, as text; empty where they were found in history, which has none."""
    return ", ".join(str(number) for number in row["record_numbers"] or () if number)


def team_names() -> dict[str, str]:
    """Names of teams by id, of those that the live marts know; none before the first publication."""
    with connect(Role.READER, "reading the names of teams") as connection:
        if connection.execute("select to_regclass('marts.dim_team') is null").fetchone()[0]:
            return {}
        return dict(connection.execute("select team_id, coalesce(team_name, '') from marts.dim_team").fetchall())
