"""Gate 1's rules across batches: a batch is held against those before it, and again when one of them changes.

Which batches a batch is held against depends on how those were decided themselves: only what holds counts. So batches
are decided in the order of their dates, each once those before it are, and what comes of it is the same in whatever
order they were loaded.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import psycopg

from expectations.landing.volume import TREND_BATCHES, TREND_QUERY, trend_rules, trend_values
from include.contract.model import Source, Table, slice_of_year, source
from include.contract.relations import typed_name
from include.history import ledger
from include.quality.results import DECISION, Result, keep_results
from include.quality.worklist import keep_accepted
from include.warehouse.connection import Role, advisory_lock, connect

log = logging.getLogger(__name__)


def keep_counts(connection: psycopg.Connection, entry: ledger.Entry) -> None:
    """Keep how many records each table of a landed batch has, and each team in it: what later ones are held against."""
    connection.execute(
        "insert into quality.landed_count (batch_id, table_name, team_id, records, sha256) "
        "select %s, file.table_name, '', file.records, file.sha256 "
        "from unnest(%s::text[], %s::bigint[], %s::text[]) as file (table_name, records, sha256)",
        (entry.batch_id, *([file[what] for file in entry.files] for what in ("table", "records", "sha256"))),
    )
    for table in _tables(entry):
        if table.counted_by_team:
            connection.execute(
                "insert into quality.landed_count (batch_id, table_name, team_id, records) "
                f"select %s, %s, {table.team}, count(*) from landing.{typed_name(table, entry.batch_id)} "
                f"where {table.team} is not null group by {table.team}",
                (entry.batch_id, table.name),
            )


def decide_across(connection: psycopg.Connection, entry: ledger.Entry) -> list[Result]:
    """Hold a batch, whose counts are kept, against those before it: the result of each rule across batches.

    quality.accepted_failure has to be as its seed is (`keep_accepted`).
    """
    tables = [table for table in _tables(entry) if trend_rules(table)]
    if not tables:
        return []
    failing: dict[str, list[tuple[str, bool]]] = {}
    for rule_id, named, is_accepted in connection.execute(
        TREND_QUERY,
        {
            "batch_id": entry.batch_id,
            "source": entry.source,
            "batch_date": entry.batch_date,
            "earlier": _held_against(connection, entry),
            **trend_values(tables),
        },
    ).fetchall():
        failing.setdefault(rule_id, []).append((named, is_accepted))
    results = []
    for rule in (rule for table in tables for rule in trend_rules(table)):
        found = failing.get(rule.id, [])
        if not found:
            results.append(Result(rule, 0, "pass"))
            continue
        accepted = all(is_accepted for _, is_accepted in found)
        decision = "accept" if accepted else DECISION[rule.severity, rule.scope]
        results.append(Result(rule, len(found), decision, tuple(named for named, _ in found if named)))
    return results


def decide_again(source_name: str, slice_: str, batch_date: date) -> list[str]:
    """Decide again, in one transaction, the batch of a slice and date, where it still stands, and what stands on it.

    By the tolerances and acceptances of now, too. Returns as `decide_later` does.
    """
    with connect(Role.LOADER, f"deciding {source_name} {batch_date} again, and what stands on it") as connection:
        advisory_lock(connection, f"landing {source_name}")
        keep_accepted(connection)
        return decide_later(connection, source_name, slice_, batch_date, itself=True)


def decide_later(
    connection: psycopg.Connection, source_name: str, slice_: str, batch_date: date, *, itself: bool = False
) -> list[str]:
    """Decide again the batches after one that came, was corrected or was withdrawn; a line for each that changes.

    One that was stopped, and would be no longer, is let through: recording takes it next. One that passed and would be
    stopped now is named, and stays: what is in history is not taken out by what came later. To be called under the
    lock of the source's landing, with quality.accepted_failure as its seed is.
    """
    lines = []
    unchanged: set[tuple[str, date]] = set()
    for entry in _later(connection, source(source_name), slice_, batch_date, itself=itself):
        before = _decided(connection, entry)
        results = decide_across(connection, entry)
        changed = [
            result
            for result in results
            if before.get(result.rule.id, ("pass", [])) != (result.decision, list(result.named))
        ]
        if not changed:
            unchanged.add((entry.slice, entry.batch_date))
            # all that any later one is held against is what it was
            if source(source_name).slice == "all" and _holding(connection, entry, unchanged) >= TREND_BATCHES:
                break
            continue
        unchanged.clear()
        keep_results(connection, "landing", changed, batch_id=entry.batch_id)
        lines += _told(connection, entry, changed, f"{source_name} {batch_date}")
    for line in lines:
        log.warning("%s", line)
    return lines


def _told(connection: psycopg.Connection, entry: ledger.Entry, changed: Iterable[Result], since: str) -> list[str]:
    """Enter in the ledger what a batch decided again comes to, and say so: a line, or none where it is of no matter."""
    stops = [result for result in changed if result.decision == "stop"]
    held = [result.rule.id for result in changed if result.decision in ("pass", "accept")]
    stopped = connection.execute(
        "select exists (select from quality.batch_result where batch_id = %s and decision = 'stop')", (entry.batch_id,)
    ).fetchone()[0]
    if entry.state == "stopped":
        if stopped:
            return []
        why = f"let through: {', '.join(held)} hold{'s' if len(held) == 1 else ''} since {since} changed"
        ledger.append(connection, replace(entry, state="passed", reason=why))
        return [f"{entry.label}: {why}"]
    if stops:
        named = "; ".join(result.line for result in stops)
        return [f"{entry.label}: {entry.state}, and would be stopped now, since {since} changed: {named}"]
    warned = [result.line for result in changed if result.decision == "warn"]
    if warned:
        return [f"{entry.label}: decided again since {since} changed: {'; '.join(warned)}"]
    return [f"{entry.label}: {', '.join(held)} hold{'s' if len(held) == 1 else ''} since {since} changed"]


def _decided(connection: psycopg.Connection, entry: ledger.Entry) -> dict[str, tuple[str, list[str]]]:
    """How the rules of a batch were decided last, by their ids."""
    found = connection.execute(
        "select rule_id, decision, named from quality.batch_result where batch_id = %s", (entry.batch_id,)
    )
    return {rule_id: (decision, named) for rule_id, decision, named in found}


def _held_against(connection: psycopg.Connection, entry: ledger.Entry) -> list[int]:
    """Numbers of the batches that a batch is held against, the nearest first.

    Of a return it is the one of the year before, as it was delivered last, whenever that was.
    """
    if source(entry.source).slice == "return_year":
        which, values, most = "slice = %s", (slice_of_year(int(entry.slice[:4]) - 1),), 1
    else:
        which, values, most = "slice = %s and batch_date < %s", (entry.slice, entry.batch_date), TREND_BATCHES
    found = connection.execute(
        f"select batch_id from quality.batch_holding where source = %s and {which} order by batch_date desc limit %s",
        (entry.source, *values, most),
    )
    return [batch_id for (batch_id,) in found]


def _later(
    connection: psycopg.Connection, of: Source, slice_: str, batch_date: date, *, itself: bool
) -> list[ledger.Entry]:
    """The judged batches that may stand on the one of a slice and date: later ones, or the returns of later years.

    With `itself`, that one too, or the returns of its own year.
    """
    if of.slice == "period":
        return []
    if of.slice == "return_year":
        known = ledger.slices_of(connection, of.name)
        later = [other for other in known if other > slice_ or (itself and other == slice_)]
        return ledger.judged_since(connection, of.name, later, date.min)
    return ledger.judged_since(connection, of.name, [slice_], batch_date if itself else batch_date + timedelta(days=1))


def _holding(connection: psycopg.Connection, entry: ledger.Entry, among: set[tuple[str, date]]) -> int:
    """On how many of those days a batch holds."""
    return connection.execute(
        "select count(*) from quality.batch_holding where source = %s and slice = %s and batch_date = any(%s)",
        (entry.source, entry.slice, [day for _, day in among]),
    ).fetchone()[0]


def _tables(entry: ledger.Entry) -> list[Table]:
    """The tables that a batch has a file of."""
    delivered = {file["table"] for file in entry.files}
    return [table for table in source(entry.source).tables if table.name in delivered]
