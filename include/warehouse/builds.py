"""A build: the marts of one day as known on one day, from one set of batches, in schemas of its own."""

import json
from dataclasses import dataclass
from datetime import date

import psycopg

from include.warehouse.connection import Role, connect

LAYERS = ("seeds", "staging", "intermediate", "marts")


@dataclass(frozen=True)
class Build:
    """One build. The same day, batches and project always give the same build_id."""

    build_id: str
    as_at: date
    known_on: date
    batches: tuple[int, ...]

    def schema(self, layer: str) -> str:
        """Schema of one of the layers of LAYERS in this build."""
        return f"{self.build_id}_{layer}"


@dataclass(frozen=True)
class Mart:
    """A mart of a build: its name, primary key, and the role that may read it when it is live."""

    name: str
    key: tuple[str, ...]
    reader: str


class NoBuildError(Exception):
    """There is no such build, or not in the state that a step needs."""


def newest_build(as_at: date, known_on: date) -> Build:
    """The newest build of that day as known on that day. Raises NoBuildError when there is none."""
    with connect(Role.BUILDER, "looking for the build") as connection:
        row = connection.execute(
            "select build_id, as_at, known_on, batches from ops.build where as_at = %s and known_on = %s "
            "order by started_at desc limit 1",
            (as_at, known_on),
        ).fetchone()
    if row is None:
        raise NoBuildError(f"no build as at {as_at} known on {known_on}: run the task build first")
    return Build(row[0], row[1], row[2], tuple(row[3]))


def build_state(connection: psycopg.Connection, build: Build) -> str | None:
    """State of a build: building, built, passed, stopped, failed; None when it never began."""
    row = connection.execute("select state from ops.build where build_id = %s", (build.build_id,)).fetchone()
    return row[0] if row else None


def set_build_state(connection: psycopg.Connection, build: Build, state: str, reason: str | None = None) -> None:
    """Say what became of a build, and why."""
    connection.execute(
        "update ops.build set state = %s, reason = %s, ended_at = clock_timestamp() where build_id = %s",
        (state, reason, build.build_id),
    )


def keep_marts(connection: psycopg.Connection, build: Build, marts: list[Mart]) -> None:
    """Note which marts a build has, for publishing."""
    listed = json.dumps([{"name": mart.name, "key": mart.key, "reader": mart.reader} for mart in marts])
    connection.execute("update ops.build set marts = %s where build_id = %s", (listed, build.build_id))


def marts_of(connection: psycopg.Connection, build_id: str) -> list[Mart]:
    """The marts of a build, by name. Raises NoBuildError when the build is not known."""
    row = connection.execute("select marts from ops.build where build_id = %s", (build_id,)).fetchone()
    if row is None:
        raise NoBuildError(f"no build {build_id}")
    return sorted((Mart(m["name"], tuple(m["key"]), m["reader"]) for m in row[0]), key=lambda mart: mart.name)


def replaced_batches(connection: psycopg.Connection, known_on: date) -> list[str]:
    """Batches known on a day that something else stands for since: a line each, with what became of it and when.

    What was known on that day is reproduced exactly where there is none (design §6).
    """
    rows = connection.execute(
        "select before.source, before.batch_date, before.slice, after.state, after.entered_at::date "
        "from (select distinct on (batch_id) * from ops.batch where state = 'recorded' order by batch_id, entry_id) "
        "as before cross join lateral ("
        "select state, entered_at from ops.batch as b where b.source = before.source and b.slice = before.slice and "
        "b.batch_date = before.batch_date and b.entry_id > before.entry_id "
        "and (b.state = 'withdrawn' or (b.state = 'recorded' and b.batch_id <> before.batch_id)) "
        "order by entry_id limit 1) as after "
        "where before.batch_date <= %s order by 2, 1, before.entry_id",
        (known_on,),
    ).fetchall()
    became = {"recorded": "was replaced by a later delivery", "withdrawn": "was withdrawn"}
    return [
        f"{source} {batch_date}{'' if slice_ == 'all' else f' slice {slice_}'} {became[state]} on {entered}"
        for source, batch_date, slice_, state, entered in rows
    ]


def known_batches(connection: psycopg.Connection, known_on: date) -> list[int]:
    """Numbers of the batches that history stands on, as far as they were known on that day, in order."""
    rows = connection.execute(
        "select batch_id from ops.batch_standing where batch_date <= %s order by batch_id", (known_on,)
    )
    return [row[0] for row in rows]
