"""Gate 2: the rules of what is to be published, on the marts of a build."""

import logging
from dataclasses import replace

import psycopg

from expectations import registry
from expectations.rule import Rule
from include.quality.results import GateStopped, decide, keep_results, keep_rules
from include.quality.validation import Expectation, validate
from include.quality.worklist import keep_accepted, keep_answering
from include.warehouse.builds import Build, build_state, set_build_state
from include.warehouse.connection import Role, connect

log = logging.getLogger(__name__)


def queries_of(build: Build) -> tuple[dict[str, str], dict[str, str]]:
    """The query of each rule of gate 2 by id, as it is asked of a build; and the names that were filled in."""
    values = {
        "marts": build.schema("marts"),
        "intermediate": build.schema("intermediate"),
        "staging": build.schema("staging"),
        "seeds": build.schema("seeds"),
        "as_at": f"date '{build.as_at}'",
        "known_on": f"date '{build.known_on}'",
    }
    return {rule.id: rule.query.format(**values) for rule in registry.publication_rules()}, values


def gate_build(build: Build) -> list[str]:
    """Run gate 2 on the marts of a build and say in ops.build whether it passed; returns one line per failing rule.

    A build that has passed is not judged again. Raises GateStopped, naming rule, count and remedy, when it may not
    be published.
    """
    with connect(Role.BUILDER, f"reading the state of {build.build_id}") as connection:
        if build_state(connection, build) == "passed":
            return [f"{build.build_id}: passed gate 2 already"]
    rules = registry.publication_rules()
    queries, _ = queries_of(build)
    outcomes = validate(Role.BUILDER, [Expectation(rule.id, queries[rule.id], rule.severity) for rule in rules])
    results = []
    with connect(Role.BUILDER, f"keeping the results of gate 2 for {build.build_id}") as connection:
        keep_rules(connection, "publication", rules)
        keep_accepted(connection)
        connection.execute("delete from quality.publication_failure where build_id = %s", (build.build_id,))
        for rule in rules:
            outcome = outcomes[rule.id]
            failing = outcome.rows if not outcome.success else 0
            if failing and rule.scope == "row":
                connection.execute(
                    "insert into quality.publication_failure (build_id, rule_id, record_key, child_ref) "
                    f"select %s, %s, record_key, min({rule.child or 'null::text'}) "
                    f"from ({queries[rule.id].replace('%', '%%')}) as failing group by record_key",
                    (build.build_id, rule.id),
                )
            result = decide(rule, failing, quarantines=False)
            if failing and rule.may_be_accepted and _is_accepted(connection, build, rule):
                result = replace(result, decision="accept")
            results.append(result)
        keep_results(connection, "publication", results, build_id=build.build_id)
        keep_answering(connection, build)
        stops = [result for result in results if result.decision == "stop"]
        set_build_state(
            connection,
            build,
            "stopped" if stops else "passed",
            "; ".join(result.line for result in stops) or None,
        )
    for result in results:
        if result.decision in {"warn", "accept", "count"}:
            log.warning("gate 2: %s", result.line)
    if stops:
        raise GateStopped(f"gate 2 stopped {build.build_id}: " + "; ".join(result.line for result in stops))
    flagged = [result.line for result in results if result.decision in {"warn", "accept"}]
    return [f"{build.build_id}: passed {len(results)} rules, {len(flagged)} warnings", *flagged]


def _is_accepted(connection: psycopg.Connection, build: Build, rule: Rule) -> bool:
    """Does somebody accept each key that fails a rule, for the night of the build?"""
    return connection.execute(
        "select not exists (select from quality.publication_failure as f where f.build_id = %(build)s "
        "and f.rule_id = %(rule)s and not exists "
        "(select from quality.accepted_by(f.rule_id, %(table)s, f.record_key, '', %(night)s)))",
        {"build": build.build_id, "rule": rule.id, "table": rule.table, "night": build.as_at},
    ).fetchone()[0]
