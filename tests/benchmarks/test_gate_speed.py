"""Both gates of a night: in seconds at SIZE 1.0, imports included, and at SIZE 10 as a ratio to SQL by hand.

By hand a table is scanned once, counting what breaks each rule of its structure, and joined once for each of its ids
that stands for a record of another table; a business rule, and a rule of gate 2, is SQL written by hand already, run
once and counted. psql runs all of it in one go. It has to come to the same counts as the gates, which also name each
failing record and keep it.
"""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest

from expectations.landing.structure import structural_rules
from expectations.registry import rules_of_table
from include.commands.sql import psql_environment
from include.contract.model import Column, Table, source
from include.contract.relations import typed_name
from include.history import ledger
from include.history.record import record_batches
from include.landing.land import land_night
from include.quality.landing_gate import gate_batches
from include.quality.publication_gate import gate_build, queries_of
from include.sample.exports import write_exports
from include.settings import PROJECT
from include.transform.build import build
from include.warehouse.connection import Role, parameters
from tests.benchmarks.measuring import psql, seconds
from tests.conftest import Warehouse
from tests.end_to_end.night import step_code

NIGHT = date(2026, 3, 31)
MOST_SECONDS, MOST_TIMES = 20, 4
BUSY = 10.0

pytestmark = pytest.mark.bench


def _timed(step: str) -> str:
    return f"begun = time.perf_counter(); {step_code(step, NIGHT)}; print(time.perf_counter() - begun)"


_A_NIGHT = "; ".join(
    ["import time", _timed("gate_landing"), *(step_code(step, NIGHT) for step in ("record", "build")),
     _timed("gate_publication")]
)  # fmt: skip
"""A night from gate 1 on in one process, which prints the seconds of each gate."""


def _landed(warehouse: Warehouse, size: float) -> list[ledger.Entry]:
    write_exports(warehouse.drop, [NIGHT], size=size)
    land_night(NIGHT)
    with warehouse.connect(Role.LOADER) as connection:
        return ledger.pending(connection, NIGHT, ("landed",))


def _in_a_process(code: str) -> float:
    """Seconds of a Python process of its own, as a night's tasks are."""
    return seconds(lambda: subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True))


def test_seconds_of_both_gates_in_a_process_each(empty_warehouse, capsys):
    _landed(empty_warehouse, 1.0)
    first = _in_a_process(step_code("gate_landing", NIGHT))
    with empty_warehouse.connect(Role.LOADER) as connection:
        passed = ledger.pending(connection, NIGHT, ("passed",))
    assert len(passed) == 3
    record_batches(passed)
    build(NIGHT, NIGHT)
    second = _in_a_process(step_code("gate_publication", NIGHT))
    importing = _in_a_process("import great_expectations")
    with capsys.disabled():
        print(f"\nimporting Great Expectations alone {importing:.1f} s", end="")
    _hold(capsys, "a process each, as Airflow's tasks are", first, second)


def test_seconds_of_both_gates_of_a_night_in_one_process(empty_warehouse, capsys):
    _landed(empty_warehouse, 1.0)
    night = [sys.executable, "-c", _A_NIGHT]
    told = subprocess.run(night, cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    _hold(capsys, "in one process, as by make run", *map(float, told.split()))


def _hold(capsys, how: str, first: float, second: float) -> None:
    """Print the seconds of both gates, and hold them against the limit."""
    with capsys.disabled():
        print(f"\ngates at SIZE 1.0, {how}, imports included: gate 1 {first:.1f} s, gate 2 {second:.1f} s", end="")
    assert first + second <= MOST_SECONDS


def _condition(table: Table, what: list[str]) -> str | None:
    """What breaks a rule of structure that a record breaks by itself."""
    match what:
        case ["key", "missing"]:
            return "_record_key is null"
        case ["person", "missing"]:
            return f"{table.person} is null"
        case ["date", "missing"]:
            return " and ".join(f"{column} is null" for column in table.dated_by)
        case [column, "unreadable"]:
            return f"'{column}' = any(_unreadable)"
        case [column, "empty"]:
            return f"{column} is null and not '{column}' = any(_unreadable)"
    return None


def _reference(column: Column, typed: str, names: dict[str, str], known: str) -> str:
    """A count of the ids of a column that stand for nothing, where they could be in sight."""
    to = column.refers_to
    return (
        f"select count(*) from {typed} as t where t.{column.name} is not null{known} "
        f"and not exists (select from {names[to.table]} as r where r.{to.column} = t.{column.name})"
    )


def _by_hand_of_table(entry: ledger.Entry, table: Table, records: dict[str, int]) -> Iterator[str]:
    """Statements that count what breaks the rules of one table: rule and count, a row a rule."""
    names = {t.name: f"landing.{typed_name(t, entry.batch_id)}" for t in source(entry.source).tables}
    typed = names[table.name]
    scanned = {}
    for rule in structural_rules(table):
        what = rule.id.split(".")[2:]
        if condition := _condition(table, what):
            scanned[rule.id] = f"count(*) filter (where {condition})"
        elif what == ["key", "repeated"]:
            yield (
                f"select '{rule.id}', coalesce(sum(n), 0) from (select count(*) as n from {typed} "
                "where _record_key is not null group by _record_key "
                "having min(_version::text) <> max(_version::text)) as repeated"
            )
        elif what[-1] == "refers_to_nothing":
            column = table.column(what[0])
            to = column.refers_to
            if records.get(to.table):
                window, known = source(entry.source).table(to.table).window, ""
                if to.until and window:
                    known = (
                        f" and (t.{to.until} is null or t.{to.until} >= date '{entry.batch_date}' "
                        f"- interval '{window.years} years' + interval '{window.margin_days} days')"
                    )
                yield f"select '{rule.id}', ({_reference(column, typed, names, known)})"
    counted = ", ".join(scanned.values())
    yield (
        f"select unnest(array[{', '.join(repr(rule_id) for rule_id in scanned)}]), unnest(counts) "
        f"from (select array[{counted}] as counts from {typed}) as scan"
    )
    values = names | {"this": typed, "batch_date": f"date '{entry.batch_date}'", "slice": f"'{entry.slice}'"}
    for rule in rules_of_table(table):
        yield f"select '{rule.id}', count(*) from ({rule.query.format(**values)}) as failing"


def _by_hand(statements: list[str], role: Role) -> tuple[float, dict[str, int]]:
    """Seconds of the statements through psql, and the count of each rule."""
    said: list[str] = []

    def work():
        said[:] = subprocess.run(
            psql("-At", "-F", "|"),
            input=";\n".join(statements) + ";\n",
            env=psql_environment(parameters(role)),
            text=True,
            check=True,
            capture_output=True,
        ).stdout.split()

    taken = min(seconds(work) for _ in range(2))
    return taken, {rule: int(count) for rule, count in (line.split("|") for line in said)}


def test_gates_against_sql_by_hand(empty_warehouse, capsys):
    import great_expectations  # noqa: F401 - how long it takes to import is not the gates' speed

    entries = _landed(empty_warehouse, BUSY)
    statements = []
    for entry in entries:
        records = {file["table"]: file["records"] for file in entry.files}
        for table in source(entry.source).tables:
            if records.get(table.name):
                statements += _by_hand_of_table(entry, table, records)
    by_hand_1, counts = _by_hand(statements, Role.LOADER)
    gate_1 = seconds(lambda: gate_batches(entries))
    decided = dict(
        empty_warehouse.rows("select rule_id, failing from quality.batch_result where rule_id = any(%s)", ([*counts],))
    )
    assert decided == counts
    with empty_warehouse.connect(Role.LOADER) as connection:
        record_batches(ledger.pending(connection, NIGHT, ("passed",)))
    made = build(NIGHT, NIGHT)
    queries, _ = queries_of(made)
    counting = [f"select '{rule}', count(*) from ({query}) as failing" for rule, query in queries.items()]
    by_hand_2, counts_2 = _by_hand(counting, Role.BUILDER)
    gate_2 = seconds(lambda: gate_build(made))
    decided_2 = dict(empty_warehouse.rows("select rule_id, failing from quality.result where build_id is not null"))
    assert decided_2 == counts_2
    records = sum(entry.record_count for entry in entries)
    with capsys.disabled():
        print(
            f"\ngates at SIZE {BUSY:g} ({records} records): gate 1, {len(counts)} rules, {gate_1:.1f} s = "
            f"{gate_1 / by_hand_1:.1f} x SQL by hand ({by_hand_1:.1f} s); gate 2, {len(counts_2)} rules, "
            f"{gate_2:.1f} s = {gate_2 / by_hand_2:.1f} x ({by_hand_2:.1f} s)",
            end="",
        )
    assert gate_1 + gate_2 <= MOST_TIMES * (by_hand_1 + by_hand_2)
