"""Gate 1: the rules of what arrives, on landing's typed tables; quarantine, or stop the batch."""

import logging
from dataclasses import dataclass, replace
from datetime import date

import psycopg

from expectations.landing.structure import file_rule, structural_query, structural_rules
from expectations.landing.volume import empty_rule
from expectations.registry import landing_catalogue, rules_of_table
from expectations.rule import Rule
from include.contract.fingerprints import rule_fingerprint
from include.contract.model import Table, source, year_ending
from include.contract.relations import typed_name
from include.history import ledger
from include.landing.land import ensure_landed
from include.quality.across_batches import decide_across, decide_later, keep_counts
from include.quality.results import GateStopped, Result, decide, keep_results, keep_rules
from include.quality.validation import Expectation, Outcome, validate
from include.quality.worklist import keep_accepted
from include.settings import settings
from include.warehouse.connection import Role, advisory_lock, connect

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Check:
    """A query of one table of one batch: the structural one (rule None), or that of one rule."""

    entry: ledger.Entry
    table: Table
    rule: Rule | None
    query: str

    @property
    def id(self) -> str:
        return f"{self.entry.batch_id}:{self.rule.id if self.rule else self.table.full_name}"


def gate_night(run_date: date) -> list[str]:
    """Run gate 1 on every batch that is landed for the night of `run_date`; returns lines that say what came of each.

    Raises GateStopped when a batch of a nightly source doesn't pass; one of another source is stopped in the ledger,
    and the night goes on without it.
    """
    with connect(Role.LOADER, "reading the ledger") as connection:
        waiting = ledger.pending(connection, run_date, ("landed",))
    return gate_batches(waiting)


def gate_batches(waiting: list[ledger.Entry]) -> list[str]:
    """Run gate 1 on landed batches, all in one process, in the order given; returns lines that say what came
    of each, and of what stood on it. Raises as `gate_night` does."""
    for entry in waiting:
        ensure_landed(entry)
    checks = [check for entry in waiting for check in _checks(entry)]
    outcomes = validate(
        Role.LOADER,
        [Expectation(check.id, check.query, check.rule.severity if check.rule else "critical") for check in checks],
    )
    lines, stopped = [], []
    for entry in waiting:
        settled = _settle(entry, [check for check in checks if check.entry is entry], outcomes)
        if settled is None:
            lines.append(f"{entry.label}: another run has settled it")
            continue
        results, decided_again = settled
        lines += [*_told(entry, results), *decided_again]
        for result in results:
            if result.decision == "stop":
                log.error("gate 1 stopped %s: %s", entry.label, result.line)
                if source(entry.source).cadence == "nightly":
                    stopped.append(f"gate 1 stopped {entry.label}: {result.line}")
    if stopped:
        raise GateStopped("; ".join(stopped))
    return lines


_COUNTED = {"quarantine": "failures quarantined", "warn": "warnings", "count": "counted"}
_OF_THE_WHOLE = {"warn": "warning", "accept": "accepted"}


def _told(entry: ledger.Entry, results: list[Result]) -> list[str]:
    """Lines that say what came of a batch: one of all its rules, and one for each on a table as a whole that warns."""
    counts = {decision: sum(r.failing or 0 for r in results if r.decision == decision) for decision in _COUNTED}
    told = ", ".join(f"{count} {_COUNTED[decision]}" for decision, count in counts.items() if count)
    state = "stopped" if any(result.decision == "stop" for result in results) else "passed"
    log.info("%s: %s %s rules; %s", entry.label, state, len(results), told or "no failure")
    lines = [f"{entry.label}: {state} {len(results)} rules; {told or 'no failure'}"]
    for result in results:
        if result.rule.scope == "table" and result.decision in _OF_THE_WHOLE:
            lines.append(f"{entry.label}: {_OF_THE_WHOLE[result.decision]}: {result.line}")
            log.warning("%s", lines[-1])
    return lines


def _checks(entry: ledger.Entry) -> list[_Check]:
    contract = source(entry.source)
    names = {table.name: f"landing.{typed_name(table, entry.batch_id)}" for table in contract.tables}
    records = _records(entry)
    filled = {name for name, count in records.items() if count}
    year = year_ending(entry.slice) if contract.slice == "return_year" else None
    checks = []
    for table in contract.tables:
        if table.name not in records:
            continue
        values = names | {
            "this": names[table.name],
            "batch_date": f"date '{entry.batch_date}'",
            "slice": f"'{entry.slice}'",
            "year_ending": year,
            "council_names": _text_array(settings().names_of_council),
        }
        if records[table.name]:
            structure = structural_query(table, year, filled).format(**values)
            checks.append(_Check(entry, table, None, structure))
        checks += [_Check(entry, table, rule, rule.query.format(**values)) for rule in rules_of_table(table)]
    return checks


def _text_array(texts: tuple[str, ...]) -> str:
    """An array literal of texts in lower case."""
    quoted = ", ".join("'" + text.lower().replace("'", "''") + "'" for text in texts)
    return f"array[{quoted}]::text[]"


def _records(entry: ledger.Entry) -> dict[str, int]:
    """Records by table of the tables that a batch has a file of."""
    return {file["table"]: file["records"] for file in entry.files}


def _settle(
    entry: ledger.Entry, checks: list[_Check], outcomes: dict[str, Outcome]
) -> tuple[list[Result], list[str]] | None:
    """Keep failing records and results of a batch, enter in the ledger whether it passed, and decide again what stands
    on it: its results, and a line for each later batch that comes out otherwise. One transaction.

    Returns None, and keeps nothing, when the batch no longer waits for gate 1: another run was quicker.
    """
    with connect(Role.LOADER, f"keeping the results of gate 1 for {entry.label}") as connection:
        advisory_lock(connection, f"landing {entry.source}")
        latest = ledger.latest(connection, entry.source, entry.slice, entry.batch_date)
        if latest is None or latest.batch_id != entry.batch_id or latest.state != "landed":
            return None
        keep_rules(connection, "landing", landing_catalogue().values())
        failures = f"landing.failure_{entry.batch_id}"
        connection.execute(f"drop table if exists {failures}")
        connection.execute(
            f"create table {failures} (rule_id text not null, severity text not null, table_name text not null, "
            "file smallint not null, record bigint not null, record_key text, column_name text not null, "
            "person text, quarantines boolean not null)"
        )
        for check in checks:
            outcome = outcomes[check.id]
            if not outcome.success and outcome.rows is not None and (check.rule is None or check.rule.scope == "row"):
                _keep_failures(connection, failures, check)
        counted = dict(connection.execute(f"select rule_id, count(*) from {failures} group by rule_id").fetchall())
        broken = {id_ for id_, outcome in outcomes.items() if not outcome.success and outcome.rows is None}
        results = _structural_results(entry, counted, broken)
        for check in checks:
            if check.rule is not None:
                failing = outcomes[check.id].rows if check.rule.scope == "table" else counted.get(check.rule.id, 0)
                results.append(decide(check.rule, None if check.id in broken else failing, quarantines=True))
        keep_accepted(connection)
        keep_counts(connection, entry)
        results += decide_across(connection, entry)
        keep_results(connection, "landing", results, batch_id=entry.batch_id)
        stops = [result for result in results if result.decision == "stop"]
        ledger.append(
            connection,
            replace(
                entry,
                state="stopped" if stops else "passed",
                rule_fingerprint=rule_fingerprint("landing"),
                reason="; ".join(result.line for result in stops) or None,
            ),
        )
        return results, decide_later(connection, entry.source, entry.slice, entry.batch_date)


def _structural_results(entry: ledger.Entry, counted: dict[str, int], broken: set[str]) -> list[Result]:
    """Results of the rules derived from the contract: of each file and whether it is empty, which the delivery's own
    counts decide, and of the tables that have one."""
    records = _records(entry)
    results = []
    for table in source(entry.source).tables:
        if of_file := file_rule(table):
            missing = table.name not in records and table.is_in(entry.slice)
            results.append(decide(of_file, int(missing), quarantines=True))
        if table.name in records:
            if not_empty := empty_rule(table):
                results.append(decide(not_empty, int(records[table.name] == 0), quarantines=True))
            failed = _Check(entry, table, None, "").id in broken
            results += [
                decide(rule, None if failed else counted.get(rule.id, 0), quarantines=True)
                for rule in structural_rules(table)
            ]
    return results


def _keep_failures(connection: psycopg.Connection, failures: str, check: _Check) -> None:
    """Fetch the failing records of a check that failed: their keys, never a value."""
    severities = (
        {rule.id: rule.severity for rule in structural_rules(check.table)}
        if check.rule is None
        else {check.rule.id: check.rule.severity}
    )
    rule_id = "f.rule_id" if check.rule is None else "%(rule_id)s"
    person, of_owner = _whose(check)
    typed = f"landing.{typed_name(check.table, check.entry.batch_id)}"
    # kept apart and counted first: of a query of joins the planner expects one row, and would go through the table once
    # for each that there is
    connection.execute("drop table if exists pg_temp.failing")
    connection.execute(f"create temporary table failing on commit drop as {check.query}")
    connection.execute("analyze pg_temp.failing")
    connection.execute(
        f"insert into {failures} select s.rule_id, s.severity, %(table)s, v._file, v._record, v._record_key, "
        f"f.column_name, {person}, s.severity = 'critical' from pg_temp.failing as f "
        f"inner join {typed} as v on f._file = v._file and f._record = v._record {of_owner}"
        "inner join unnest(%(rules)s::text[], %(severities)s::text[]) as s (rule_id, severity) "
        f"on s.rule_id = {rule_id}",
        {
            "table": check.table.name,
            "rule_id": check.rule.id if check.rule else None,
            "rules": list(severities),
            "severities": list(severities.values()),
        },
    )


def _whose(check: _Check) -> tuple[str, str]:
    """An expression of the child's id for a record `v` of a check's table, and the join that it needs.

    A table without a person may belong to the records of another one of its batch (`belongs_to`). Where those name
    several children, it is nobody's.
    """
    table = check.table
    if table.person or not table.belongs_to:
        return (f"v.{table.person}" if table.person else "null"), ""
    owner = source(table.source).table(table.belongs_to.table)
    of, person = table.belongs_to.of, owner.person
    return "o.person", (
        f"left join (select {of} as id, min({person}) as person "
        f"from landing.{typed_name(owner, check.entry.batch_id)} "
        f"group by 1 having min({person}) = max({person})) as o on o.id = v.{table.belongs_to.column} "
    )
