"""The hiding of small counts, run by dbt on a real PostgreSQL, against a solver that tries to work them out again.

Tables made up by Hypothesis, one-way and two-way, many of them full of noughts and of ones.
"""

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from include.transform import parsed
from include.warehouse.connection import Role
from tests.builds import make_schemas
from tests.conftest import warehouse_of
from tests.oracle.disclosure import LARGEST, TOTAL, WIDTH, Shown, ranges

SCHEMA = "build_suppression"
TABLES = 300
COUNT = st.one_of(
    st.just(0), st.integers(1, 2), st.integers(0, LARGEST), st.integers(LARGEST, LARGEST + 3), st.integers(0, 40)
)
TINY = st.one_of(st.just(0), st.just(0), st.integers(0, 2), st.integers(LARGEST, LARGEST + 2))


def _grids(counts: st.SearchStrategy[int]) -> st.SearchStrategy[list[list[int]]]:
    return st.tuples(st.integers(2, 6), st.integers(2, 4)).flatmap(
        lambda size: st.lists(st.lists(counts, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
    )


TABLE = st.one_of(
    st.tuples(st.just("one-way"), st.lists(st.one_of(COUNT, TINY), min_size=1, max_size=9).map(lambda line: [line])),
    st.tuples(st.just("two-way"), _grids(COUNT)),
    st.tuples(st.just("two-way"), _grids(TINY)),
    # a share: in or out of it, by group
    st.tuples(st.just("two-way"), st.lists(st.tuples(COUNT, st.integers(0, 60)).map(list), min_size=2, max_size=8)),
    st.tuples(st.just("none"), st.lists(COUNT, min_size=1, max_size=4).map(lambda line: [line])),
)
WORKED = {
    "one and one": ("one-way", [[1, 1, 50, 60]]),
    "fives": ("one-way", [[5, 5, 50, 60]]),
    "nothing else": ("one-way", [[5, 5]]),
    "small total": ("one-way", [[1, 1, 1, 1, 1, 0]]),
    "six ones": ("one-way", [[1] * 6]),
    # the Department for Education's own table of 2023: 342 plans of Newcastle's by length
    "plans by length": ("one-way", [[76, 92, 97, 76, 1]]),
    "no small": ("two-way", [[6, 7], [8, 0]]),
    "nothing": ("two-way", [[0, 0], [0, 0]]),
    "one row": ("two-way", [[3, 20, 30], [0, 0, 0]]),
    "one column": ("two-way", [[3, 0], [20, 0], [30, 0]]),
    "row of ones": ("two-way", [[1, 1, 1, 1], [20, 20, 20, 20], [9, 30, 40, 50]]),
    "diagonal": ("two-way", [[3, 0, 0], [0, 20, 0], [0, 0, 30]]),
}


def _tables() -> dict[str, tuple[str, list[list[int]]]]:
    made = dict(WORKED)

    @settings(
        max_examples=TABLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(TABLE)
    def collect(table):
        made[f"table {len(made)}"] = table

    collect()
    return made


def _cells(tables: dict[str, tuple[str, list[list[int]]]]) -> Iterable[tuple]:
    for name, (totals, rows) in tables.items():
        for row, counts in enumerate(rows):
            for column, count in enumerate(counts):
                yield name, f"row {row}", f"column {column}", count, totals


@pytest.fixture(scope="module")
def published(template, tmp_path_factory) -> dict[str, tuple[str, dict[tuple[str, str], Shown]]]:
    """By table, how its totals are shown, and each number with what became of it."""
    tables = _tables()
    found = defaultdict(dict)
    with warehouse_of(template, tmp_path_factory.mktemp("suppression")) as warehouse:
        make_schemas(warehouse, SCHEMA)
        with warehouse.connect(Role.BUILDER) as connection, connection.cursor() as cursor:
            cells = f"{SCHEMA}_intermediate.int_suppression__cells"
            cursor.execute(
                f"create table {cells} (table_key text, row_key text, column_key text, cell_count integer, totals text)"
            )
            with cursor.copy(f"copy {cells} from stdin") as copy:
                for cell in _cells(tables):
                    copy.write_row(cell)
        target = tmp_path_factory.mktemp("target")
        selected = ["threshold", "int_suppression__hidden_lines", "int_suppression__movable_cells"]
        selected += ["int_suppression__protecting_cells", "int_suppression__numbers"]
        arguments = ["build", "--exclude-resource-type", "unit_test", "--select", *selected]
        assert parsed.run(arguments, schema=SCHEMA, target=target) == 0
        for table, row, column, count, why in warehouse.rows(
            "select table_key, row_key, column_key, cell_count, hidden_because "
            f"from {SCHEMA}_intermediate.int_suppression__numbers"
        ):
            found[table][row, column] = Shown(count, why)
    return {name: (totals, found[name]) for name, (totals, _) in tables.items()}


def test_every_number_and_total_is_there(published):
    for (totals, rows), (name, (_, shown)) in zip(_tables().values(), published.items(), strict=True):
        cells = len(rows) * len(rows[0])
        extra = {"one-way": 1, "two-way": len(rows) + len(rows[0]) + 1, "none": 0}[totals]
        assert len(shown) == cells + extra, name
        if totals != "none":
            assert shown[TOTAL, TOTAL].count == sum(map(sum, rows))


def test_no_small_count_is_shown(published):
    for name, (_, shown) in published.items():
        assert all(number.hidden_because or not 1 <= number.count <= LARGEST for number in shown.values()), name


def test_no_hidden_count_can_be_worked_out(published):
    tried = 0
    for name, (_, shown) in published.items():
        for key, (least, most) in ranges(shown).items():
            tried += 1
            assert most - least >= WIDTH, f"{name} {key}: {least} to {most} in {shown}"
    assert tried > 1_000


def test_nothing_is_hidden_where_nothing_is_small(published):
    for name, (_, shown) in published.items():
        if not any(1 <= number.count <= LARGEST for number in shown.values()):
            assert not any(number.hidden_because for number in shown.values()), name


def _hidden(published, name: str) -> list[str | None]:
    return [number.hidden_because for (row, _), number in sorted(published[name][1].items()) if row != TOTAL]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one and one", ["small", "small", "protects", None]),
        ("fives", ["small", "small", "protects", None]),
        ("nothing else", ["whole", "whole"]),
        ("small total", ["whole"] * 6),
        ("six ones", ["whole"] * 6),
        ("plans by length", ["protects", None, None, None, "small"]),
    ],
)
def test_as_little_is_hidden_as_it_takes(published, name, expected):
    assert _hidden(published, name) == expected


def test_a_small_total_is_hidden_and_another_never(published):
    for name, (totals, shown) in published.items():
        if totals != "none":
            total = shown[TOTAL, TOTAL]
            assert (total.hidden_because is not None) == (1 <= total.count <= LARGEST), name


def test_most_tables_are_not_hidden_whole(published):
    """Hiding all of everything would be safe and useless."""
    usual = [
        shown
        for name, (totals, shown) in published.items()
        if totals == "two-way" and shown[TOTAL, TOTAL].count >= 50 and name not in WORKED
    ]
    whole = [shown for shown in usual if any(number.hidden_because == "whole" for number in shown.values())]
    assert len(usual) > 30
    assert len(whole) < len(usual) / 2, f"{len(whole)} of {len(usual)}"
