"""The restatement of a frozen report: each figure then and now, who makes the difference, which records say so."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from include.contract.model import source
from include.restatement.members import Member, Period, differing_members, population_of
from include.restatement.records import OUT_OF_WINDOW, Change, changes_of, out_of_window
from include.settings import settings
from include.transform import dbt
from include.transform.build import build
from include.transform.parsed import parsed_project
from include.warehouse.builds import Build, replaced_batches
from include.warehouse.connection import Role, connect

_OF_THE_YEAR = ("as at {last}", "year {last}", "half-year {middle}", "half-year {last}")


class NoSuchReport(Exception):
    """No report of that year is frozen, or it would be compared with something older; says which there are."""


@dataclass(frozen=True)
class Figure:
    """A figure of the report that is another by now; and whom the two count otherwise."""

    measure_id: str
    name: str
    period: Period
    then: str
    now: str
    population: str | None
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Restatement:
    """What changed between a frozen report and what is known by a day. `replaced`: why it can't be exact, if so."""

    report_year: str
    as_at: date
    known_then: date
    known_now: date
    figures: tuple[Figure, ...]
    changes: tuple[tuple[Change, tuple[str, ...]], ...]
    replaced: tuple[str, ...]


def restate(report_year: str, known_on: date | None = None) -> Restatement:
    """Compare a frozen report with the same figures as known on a later day (default: of what is live).

    Both days are built where they aren't built yet. Each record that changed is named once, with the measures that
    its child makes a difference to; one that only left the extract's window is said to be that, and is for no measure.
    Raises NoSuchReport; BuildFailed and WarehouseError as `build` does.
    """
    publication, as_at, known_then, known_live, batches = _frozen(report_year)
    known_now = known_on or known_live
    if known_now < known_then:
        raise NoSuchReport(
            f"the report of {report_year} was known on {known_then}: name a day after it, not {known_now}"
        )
    then, now = build(as_at, known_then), build(as_at, known_now)
    with connect(Role.BUILDER, f"restating the report of {report_year}") as connection:
        figures = tuple(_figures(connection, publication, report_year, then, now))
        changes = tuple(_changes(connection, then, now, figures))
        replaced = replaced_batches(connection, known_then) if set(batches) != set(then.batches) else []
    return Restatement(report_year, as_at, known_then, known_now, figures, changes, tuple(replaced))


def _frozen(report_year: str) -> tuple[int, date, date, date, list[int]]:
    with connect(Role.BUILDER, "reading the frozen reports") as connection:
        row = connection.execute(
            "select p.publication_id, p.as_at, p.known_on, (select known_on from ops.publication "
            "order by publication_id desc limit 1), p.batches from ops.frozen_report as r "
            "join ops.publication as p using (publication_id) where report_year = %s",
            (report_year,),
        ).fetchone()
        others = connection.execute("select report_year from ops.frozen_report order by 1").fetchall()
    if row is None:
        there = ", ".join(year for (year,) in others) or "none"
        raise NoSuchReport(f"no report of {report_year} is frozen; those that are: {there}. make freeze YEAR=")
    return row


def _figures(connection: psycopg.Connection, publication: int, report_year: str, then: Build, now: Build):
    last, middle = f"{int(report_year[:4]) + 1}-03-31", f"{report_year[:4]}-09-30"
    rows = connection.execute(
        "select measure_id, m.measure_name, period_id, p.first_day::date, p.last_day::date, "
        "trim_scale(coalesce(said.value_as_published, said.numerator))::text, "
        "trim_scale(coalesce(f.value_as_published, f.numerator))::text "
        "from (select * from ops.figures_said(%(publication)s) where breakdown = 'total') as said "
        f"full join (select * from {now.schema('marts')}.figures where breakdown = 'total') as f "
        "using (measure_id, period_id) "
        f"inner join {now.schema('intermediate')}.int_figures__periods as p using (period_id) "
        f"inner join {now.schema('marts')}.dim_measure as m using (measure_id) "
        "where period_id = any(%(periods)s) and (said.numerator, said.denominator, said.value_as_published) "
        "is distinct from (f.numerator, f.denominator, f.value_as_published) order by measure_id, period_id",
        {"publication": publication, "periods": [text.format(last=last, middle=middle) for text in _OF_THE_YEAR]},
    ).fetchall()
    for measure_id, name, period_id, first, last_day, said, says in rows:
        period = Period(period_id, first, last_day)
        population = population_of(connection, now, measure_id)
        members = differing_members(connection, then, now, population, measure_id, period) if population else []
        yield Figure(measure_id, name, period, said or "none", says or "none", population, tuple(members))


def _changes(connection: psycopg.Connection, then: Build, now: Build, figures: tuple[Figure, ...]):
    """Each changed record once, with the measures that stand on its table and count its child otherwise.

    And those of these children that left the extract's window, which made no difference.
    """
    tables = _tables_beneath({figure.population for figure in figures if figure.population})
    wanted: dict[str, dict[str, set[str]]] = {}
    for figure in figures:
        for name in tables.get(figure.population, ()):
            for member in figure.members:
                if member.child_ref:
                    wanted.setdefault(name, {}).setdefault(member.child_ref, set()).add(figure.measure_id)
    last = max((figure.period.last for figure in figures), default=now.as_at)
    for name, children in sorted(wanted.items()):
        of_source, _, of_table = name.partition(".")
        table = source(of_source).table(of_table)
        changed = changes_of(connection, then, now, table, set(children), last)
        for change in changed:
            yield change, tuple(sorted(children[change.child_ref]))
        named = {change.record_key for change in changed}
        for record in out_of_window(connection, then, now, table, set(children)):
            if record.record_key not in named:
                yield record, ()


def _tables_beneath(populations: set[str]) -> dict[str, set[str]]:
    """The tables of the sources that each model stands on, as source.table, from dbt's manifest."""
    if not populations:
        return {}
    manifest = dbt.manifest(parsed_project())
    parents = manifest["parent_map"]
    found = {}
    for population in populations:
        seen, waiting = set(), [f"model.permanence.{population}"]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += parents.get(node, [])
        sources = [manifest["sources"][node] for node in seen if node.startswith("source.")]
        found[population] = {
            f"{node['source_name']}.{node['name']}" for node in sources if "file" in node["config"]["meta"]
        }
    return found


def lines(restated: Restatement) -> list[str]:
    """The restatement in lines: each figure then and now, and how many made the difference."""
    told = [
        f"The report of {restated.report_year}, as at {restated.as_at}: known on {restated.known_then}, and by now on "
        f"{restated.known_now}"
    ]
    for figure in restated.figures:
        changed = [member.change for member in figure.members]
        why = ", ".join(f"{changed.count(kind)} {kind}" for kind in sorted(set(changed)))
        told.append(
            f"  {figure.name} ({figure.period.id}): {figure.then} then, {figure.now} now: "
            f"{why or 'no member differs: its seeds, or a model, changed'}"
        )
    gone = sum(change.change == OUT_OF_WINDOW for change, _ in restated.changes)
    told.append(f"{len(restated.figures)} figures changed; {len(restated.changes) - gone} records made the difference")
    if gone:
        told.append(f"{gone} records of these children left the extract's window since: they are read on, as last said")
    if restated.replaced:
        told.append("What was known then can't be built again exactly, for these took the place of what it stood on:")
        told += [f"  {line}" for line in restated.replaced]
    return told


def write(restated: Restatement) -> Path:
    """Write the restatement as three CSV files (figures, members, records) into a folder of its own; returns it.

    Ids and names of columns only: nobody's name, and no value.
    """
    folder = (
        settings().local_folder.resolve() / "restatements" / f"{restated.report_year}-known-on-{restated.known_now}"
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(
        folder / "figures.csv",
        ("measure_id", "measure_name", "period_id", "then", "now", "members_counted_otherwise"),
        [(f.measure_id, f.name, f.period.id, f.then, f.now, len(f.members)) for f in restated.figures],
    )
    _write(
        folder / "members.csv",
        ("measure_id", "period_id", "member", "child_ref", "was", "now", "change"),
        [
            (f.measure_id, f.period.id, m.member, m.child_ref, m.was, m.now, m.change)
            for f in restated.figures
            for m in f.members
        ],
    )
    _write(
        folder / "records.csv",
        ("source", "table", "record_key", "child_ref", "change", "columns", "first_seen", "measures"),
        [
            (c.source, c.table, c.record_key, c.child_ref, c.change, c.columns, c.first_seen, ", ".join(measures))
            for c, measures in restated.changes
        ],
    )
    return folder


def _write(path: Path, header: tuple[str, ...], rows: list[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
