"""Hold a return against the one of the year before, on history: the rules that need both.

What such a rule finds on a day is told by the two returns as they stand on that day, and by nothing else. So it is the
same in whatever order they were loaded, and decided again when either comes, is corrected or withdrawn (ADR 0021).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from string import Formatter

import psycopg
from psycopg.types.range import DateRange

from expectations.registry import rules_between_years
from expectations.rule import Rule
from include.contract import expressions
from include.contract.model import Table, slice_of_year, source, year_ending


@dataclass(frozen=True)
class _State:
    """Days on which neither of the two returns changes, and which file of each told which table."""

    days: DateRange
    this: dict[str, str]
    last: dict[str, str]

    def tells(self, rule: Rule) -> bool:
        """Has every table that the rule reads been delivered, and so is what it lacks known to be lacking?"""
        return all(
            name.removeprefix("last_") in (self.last if name.startswith("last_") else self.this)
            for name in _tables_of(rule)
        )


def hold_against_year_before(connection: psycopg.Connection, source_name: str, slice_: str) -> None:
    """Decide again what is wrong with a return beside the one before it, and with the one after it beside this one.

    To be called in the transaction, and under the lock, of what changed history. Does nothing for a source that has no
    such rules.
    """
    if not rules_between_years(source_name):
        return
    first = int(slice_[:4])
    for begins in (first, first + 1):
        _decide(connection, source_name, slice_of_year(begins - 1), slice_of_year(begins))


def _decide(connection: psycopg.Connection, source_name: str, last: str, this: str) -> None:
    rules = rules_between_years(source_name)
    connection.execute(
        "delete from quality.failure where source = %s and slice = %s and rule_id = any(%s)",
        (source_name, this, [rule.id for rule in rules]),
    )
    for state in _states(connection, source_name, last, this):
        told = [rule for rule in rules if state.tells(rule)]
        needed = {name for rule in told for name in _tables_of(rule)}
        for name in sorted(needed):
            of_year = last if name.startswith("last_") else this
            _as_it_stands(connection, source(source_name).table(name.removeprefix("last_")), name, of_year, state)
        for rule in told:
            _keep(connection, rule, source_name, this, state)


def _states(connection: psycopg.Connection, source_name: str, last: str, this: str) -> Iterator[_State]:
    """The days on which both returns are known, cut wherever one of them changes."""
    batches = connection.execute(
        "select batch_date, slice, files from ops.batch_standing where source = %s and slice in (%s, %s) "
        "order by batch_date",
        (source_name, last, this),
    ).fetchall()
    days = sorted({batch_date for batch_date, _, _ in batches})
    told: dict[str, dict[str, str]] = {last: {}, this: {}}
    for day, next_day in pairwise([*days, None]):
        for batch_date, slice_, files in batches:
            if batch_date == day:
                told[slice_] |= {file["table"]: file["file"] for file in files}
        if all(told.values()):
            yield _State(DateRange(day, next_day), dict(told[this]), dict(told[last]))


def _as_it_stands(connection: psycopg.Connection, table: Table, name: str, slice_: str, state: _State) -> None:
    """A temporary table of a table's records in their types, as its return stands on the days of a state."""
    columns = ", ".join(f"{expressions.typed(column)} as {column.name}" for column in table.recorded_columns)
    connection.execute(f"drop table if exists pg_temp.said_{name}")
    connection.execute(
        f"create temporary table said_{name} on commit drop as select _record_key, {columns} "
        f"from raw.{table.raw_name} where _slice = %s and _recorded @> %s::date",
        (slice_, state.days.lower),
    )
    connection.execute(f"analyze pg_temp.said_{name}")


def _keep(connection: psycopg.Connection, rule: Rule, source_name: str, slice_: str, state: _State) -> None:
    """Keep what a rule finds on the days of a state: keys, never a value. History has no line of a file: number 0."""
    names = {name: f"pg_temp.said_{name}" for name in _tables_of(rule)}
    query = rule.query.format(**names, this=names[rule.table], year_ending=year_ending(slice_)).replace("%", "%%")
    connection.execute(
        "insert into quality.failure as k (rule_id, source, table_name, slice, record_key, column_name, severity, "
        "person, file_name, record_number, nights) select distinct %(rule)s, %(source)s, %(table)s, %(slice)s, "
        "f._record_key, f.column_name, %(severity)s, f.person, %(file)s, 0, datemultirange(%(days)s::daterange) "
        f"from ({query}) as f "
        "on conflict (rule_id, source, table_name, slice, record_key, column_name, file_name, record_number) "
        "do update set nights = k.nights + excluded.nights",
        {
            "rule": rule.id,
            "source": source_name,
            "table": rule.table,
            "slice": slice_,
            "severity": rule.severity,
            "file": state.this[rule.table],
            "days": state.days,
        },
    )


def _tables_of(rule: Rule) -> set[str]:
    """The tables that a rule reads, those of last year's return as last_<table>."""
    named = {name for _, name, _, _ in Formatter().parse(rule.query) if name} - {"year_ending"}
    return {rule.table if name == "this" else name for name in named}
