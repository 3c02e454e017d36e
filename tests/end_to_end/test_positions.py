"""How children stood on earlier days: the marts against the files, and against what a build of that day says itself."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from include.sample.exports import write_exports
from tests.builds import dbt_build, make_schemas
from tests.conftest import Warehouse, warehouse_of
from tests.end_to_end.night import load
from tests.oracle import figures
from tests.oracle.figures import read_tables

NIGHTS, SIZE = (date(2021, 3, 31), date(2026, 3, 31)), 0.15
"""With an extract of five years before, statuses and placements can be known from 2015 on."""
NIGHT, EARLIER = NIGHTS[1], date(2023, 9, 30)
LATE, EARLY = "build_late", "build_early"
MARTS = ("+fct_child_position", "+fct_cp_position")


@pytest.fixture(scope="module")
def built(template, tmp_path_factory) -> Iterator[Warehouse]:
    """The same exports, built as at the last night and as at a day two and a half years before."""
    with warehouse_of(template, tmp_path_factory.mktemp("positions")) as warehouse:
        write_exports(warehouse.drop, NIGHTS, size=SIZE)
        for night in NIGHTS:
            load(night)
        for schema, day in ((LATE, NIGHT), (EARLY, EARLIER)):
            make_schemas(warehouse, schema)
            dbt_build(day, schema, tmp_path_factory.mktemp("target"), *MARTS, known_on=NIGHT)
        yield warehouse


@pytest.fixture(scope="module")
def tables(built) -> figures.Tables:
    """The last night's files, with the statuses that only the night of five years before still shows."""
    tables = read_tables(built.drop, NIGHT)
    statuses = pd.concat([tables["legal_status"], read_tables(built.drop, NIGHTS[0])["legal_status"]])
    return tables | {"legal_status": statuses.drop_duplicates("lega_legal_status_id")}


@pytest.mark.parametrize(
    ("mart", "where", "count"),
    [
        ("fct_child_position", "care_basis = 'full'", figures.in_care),
        ("fct_cp_position", "true", figures.on_plan),
    ],
)
def test_every_month_end_of_ten_years_has_the_children_of_the_files(built, tables, mart, where, count):
    found = built.rows(f"select position_date::text, count(*) from {LATE}_marts.{mart} where {where} group by 1")
    assert len(found) > 10 * 12
    for position, children in found:
        assert children == len(count(tables, position)), position


@pytest.mark.parametrize("mart", ["fct_child_position", "fct_cp_position"])
def test_a_child_stands_once_on_a_day(built, mart):
    twice = built.rows(f"select child_ref, position_date from {LATE}_marts.{mart} group by 1, 2 having count(*) > 1")
    assert twice == []


@pytest.mark.parametrize(("mart", "many", "rows"), [("fct_child_position", 60, 8_000), ("fct_cp_position", 45, 3_000)])
def test_nothing_of_later_than_a_day_speaks_on_it(built, mart, many, rows):
    """A build as at an earlier day, which knows the same, says the same of all days up to it, column by column."""
    columns = [
        name
        for (name,) in built.rows(
            "select column_name from information_schema.columns where table_schema = %s and table_name = %s",
            (f"{LATE}_marts", mart),
        )
    ]
    assert len(columns) > many
    differing = ", ".join(
        f"count(*) filter (where late.{name} is distinct from early.{name}) as {name}" for name in columns
    )
    (counts,) = built.rows(
        f"select count(*), {differing} "
        f"from (select * from {LATE}_marts.{mart} where position_date <= %(day)s) as late "
        f"full join {EARLY}_marts.{mart} as early using (child_ref, position_date)",
        {"day": EARLIER},
    )
    assert counts[0] > rows
    assert dict(zip(columns, counts[1:], strict=True)) == dict.fromkeys(columns, 0)
