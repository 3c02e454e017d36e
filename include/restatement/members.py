"""Whom a figure counts in one build and not in another."""

from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg import sql

from include.warehouse.builds import Build


@dataclass(frozen=True)
class Period:
    """A period of figures: its id, and its first and last day."""

    id: str
    first: date
    last: date


@dataclass(frozen=True)
class Member:
    """A member of a population whom the builds count otherwise: `was` and `now` as true, false, a number, or None."""

    member: str
    child_ref: str | None
    was: str | None
    now: str | None

    @property
    def change(self) -> str:
        """In words. Of a share the members are those it is counted of, whether or not they count."""
        was_counted, is_counted = (value not in (None, "false", "0") for value in (self.was, self.now))
        if was_counted and is_counted:
            return "counted otherwise"
        if is_counted:
            return "counted now"
        if was_counted:
            return "no longer counted"
        return "now among those it is of" if self.was is None else "no longer among those it is of"


def population_of(connection: psycopg.Connection, build: Build, measure_id: str) -> str | None:
    """The model of the population that a measure is a column of; None where the build has none."""
    row = connection.execute(
        "select table_name from information_schema.columns where table_schema = %s and column_name = %s "
        "and table_name like 'int\\_figures\\_\\_%%' order by 1 limit 1",
        (build.schema("intermediate"), measure_id),
    ).fetchone()
    return row[0] if row else None


def differing_members(
    connection: psycopg.Connection, then: Build, now: Build, population: str, measure_id: str, period: Period
) -> list[Member]:
    """The members of a period whom the two builds count otherwise, by their key; of a day, by child."""
    columns = {
        name
        for (name,) in connection.execute(
            "select column_name from information_schema.columns where table_schema = %s and table_name = %s",
            (now.schema("intermediate"), population),
        )
    }
    identity = "member_key" if "member_key" in columns else "child_ref"
    dated = "period_id = %(period)s" if "period_id" in columns else "member_date between %(first)s and %(last)s"
    child = "child_ref" if "child_ref" in columns else "null::text"
    counted = sql.SQL(
        f"select {identity} as member, {child} as child_ref, {{measure}}::text as counted "
        f"from {{schema}}.{{population}} where {dated} and {{measure}} is not null"
    )
    query = sql.SQL(
        "with before as ({before}), after as ({after}) "
        "select member, coalesce(after.child_ref, before.child_ref), before.counted, after.counted "
        "from before full join after using (member) where before.counted is distinct from after.counted order by 1"
    ).format(
        **{
            name: counted.format(
                measure=sql.Identifier(measure_id),
                schema=sql.Identifier(build.schema("intermediate")),
                population=sql.Identifier(population),
            )
            for name, build in (("before", then), ("after", now))
        }
    )
    rows = connection.execute(query, {"period": period.id, "first": period.first, "last": period.last}).fetchall()
    return [Member(*row) for row in rows]
