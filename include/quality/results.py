"""Keep what the gates found: the catalogue of rules and the result of each evaluation."""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

from expectations.rule import Rule

DECISION = {
    ("critical", "row"): "quarantine",
    ("critical", "table"): "stop",
    ("warning", "row"): "warn",
    ("warning", "table"): "warn",
    ("info", "row"): "count",
    ("info", "table"): "count",
}


class GateStopped(Exception):
    """A gate let something not pass; one line per rule says why and what to do."""


@dataclass(frozen=True)
class Result:
    """One rule's evaluation: how many records failed, and what follows. `failing` is None when its query failed.

    `named`: ids of what failed, where a rule on a whole table says which.
    """

    rule: Rule
    failing: int | None
    decision: str
    named: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """One line: the rule, how many, what it means, what to do."""
        count = "its query failed" if self.failing is None else f"{self.failing} failing"
        if self.named:
            count += f": {', '.join(self.named)}"
        return f"{self.rule.id} ({count}): {self.rule.description}. {self.rule.remedy}"


def decide(rule: Rule, failing: int | None, *, quarantines: bool) -> Result:
    """What follows from a rule's failing records: a query that failed stops, as does a critical rule that can't
    quarantine."""
    if failing is None:
        return Result(rule, None, "stop")
    if failing == 0:
        return Result(rule, 0, "pass")
    decision = DECISION[rule.severity, rule.scope]
    if decision == "quarantine" and not quarantines:
        decision = "stop"
    return Result(rule, failing, decision)


def keep_rules(connection: psycopg.Connection, gate: str, rules: Iterable[Rule]) -> None:
    """Bring quality.rule to the rules of a gate."""
    rows = [
        (
            rule.id,
            gate,
            rule.severity,
            rule.scope,
            rule.about,
            rule.table,
            rule.owner,
            rule.description,
            rule.remedy,
            rule.source,
        )
        for rule in rules
    ]
    columns = "rule_id, gate, severity, scope, source, table_name, owner, description, remedy, rule_source"
    of_rule = ", ".join(f"r.{name}" for name in columns.split(", "))
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('permanence:quality.rule', 0))")
        cursor.execute(
            f"create temporary table known_rule on commit drop as select {columns} from quality.rule limit 0"
        )
        with cursor.copy(f"copy known_rule ({columns}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            "delete from quality.rule as r where gate = %s and not exists "
            f"(select from known_rule as k where row(k.*) = row({of_rule}))",
            (gate,),
        )
        cursor.execute(
            f"insert into quality.rule ({columns}) select {columns} from known_rule as k "
            "where not exists (select from quality.rule as r where r.rule_id = k.rule_id)"
        )


def keep_results(
    connection: psycopg.Connection,
    gate: str,
    results: Iterable[Result],
    *,
    batch_id: int | None = None,
    build_id: str | None = None,
) -> None:
    """Add the results of one evaluation of a batch or a build to quality.result."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.result (gate, batch_id, build_id, rule_id, severity, success, failing, decision, "
            "named) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    gate,
                    batch_id,
                    build_id,
                    result.rule.id,
                    result.rule.severity,
                    result.decision == "pass",
                    result.failing or 0,
                    result.decision,
                    list(result.named),
                )
                for result in results
            ],
        )
