"""The figures as the marts give them, against the same counted in the exported files with pandas."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from expectations.registry import publication_rules
from include.night import publish_day
from include.sample.exports import write_exports
from include.warehouse.builds import newest_build
from tests.conftest import Warehouse, warehouse_of
from tests.dbt.test_measures import counted, figure_populations
from tests.end_to_end.night import load
from tests.oracle import figures
from tests.oracle.disclosure import LARGEST, WIDTH, Shown, ranges
from tests.oracle.figures import as_counted

AS_AT = date.fromisoformat(figures.AT)
RULES = {rule.id: rule for rule in publication_rules()}


@pytest.fixture(scope="module")
def published(template, tmp_path_factory) -> Iterator[Warehouse]:
    """The day of the annual report, published as known when it was written."""
    if not figures.PUBLISHED.is_file():
        pytest.skip(f"needs the published figures: there is no file {figures.PUBLISHED}")
    with warehouse_of(template, tmp_path_factory.mktemp("report")) as warehouse:
        write_exports(warehouse.drop, [figures.KNOWN_ON], size=1.0)
        load(figures.KNOWN_ON)
        publish_day(AS_AT, figures.KNOWN_ON)
        yield warehouse


@pytest.fixture(scope="module")
def tables(published) -> figures.Tables:
    return figures.read_tables(published.drop, figures.KNOWN_ON)


@pytest.fixture(scope="module")
def reconciled(published) -> dict[str, dict]:
    """The rows of annual_report_reconciliation by figure, each with its row in figures."""
    with published.connect() as connection:
        cursor = connection.execute(
            "select r.*, f.value, f.numerator as figure_numerator, f.denominator as figure_denominator "
            "from marts.annual_report_reconciliation as r left join marts.figures as f "
            "on f.measure_id = r.measure_id and f.period_id = r.period_id and f.breakdown = 'total'"
        )
        names = [column.name for column in cursor.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_a_published_figure_is_the_same_in_the_marts_and_in_the_files(reconciled, tables, name):
    row = reconciled[name]
    assert as_counted(figures.FIGURES[name](tables), row["computed"], row["numerator"], row["denominator"])
    assert row["agrees"]
    assert not row["cannot_agree"]
    assert (row["value"], row["figure_numerator"], row["figure_denominator"]) == (
        row["computed"],
        row["numerator"],
        row["denominator"],
    )


def test_every_published_figure_is_reconciled_and_but_one_agrees(reconciled):
    assert set(reconciled) == set(figures.published())
    differing = {name for name, row in reconciled.items() if not row["agrees"]}
    assert differing == figures.NOT_CALIBRATED
    for name in differing:
        assert reconciled[name]["cannot_agree"]
        assert reconciled[name]["note"]


def test_what_the_report_leaves_open_says_how_it_is_read(reconciled):
    for name, figure in figures.published().items():
        assert reconciled[name]["published"] == figure["published_value"]
        assert reconciled[name]["status"] == figure["status"]
        assert reconciled[name]["note"] or figure["status"] == "consistent", name


def _dated(table: str, column: str) -> Callable[[figures.Tables, tuple[str, str]], int]:
    return lambda tables, period: int(tables[table][column].between(*period).sum())


@pytest.mark.parametrize(
    ("measure", "count"),
    [
        ("cic_started", lambda tables, period: len(figures.starters(tables, period))),
        ("cic_left", lambda tables, period: len(figures.leavers(tables, period))),
        ("cp_started", _dated("cp_plans", "cppl_cp_plan_start_date")),
        ("cp_ended", _dated("cp_plans", "cppl_cp_plan_end_date")),
        ("compliance_forms", _dated("compliance_forms", "conference_date")),
    ],
)
def test_any_period_is_counted_alike(published, tables, measure, count):
    """Each month, half-year, year and year to date, of as many years as can be known."""
    rows = published.rows(
        "select period_kind, first_day::text, last_day::text, value from marts.figures "
        "where measure_id = %s and breakdown = 'total'",
        (measure,),
    )
    assert {kind for kind, *_ in rows} == {"month", "half-year", "year", "year to date"}
    assert len(rows) > 5 * (12 + 2 + 1 + 12)
    for kind, first, last, value in rows:
        assert value == count(tables, (first, last)), f"{kind} from {first} to {last}"


@pytest.mark.parametrize(("measure", "count"), [("cic_count", figures.in_care), ("cp_count", figures.on_plan)])
def test_any_day_is_counted_alike(published, tables, measure, count):
    """Each month's end of as many years as can be known."""
    rows = published.rows(
        "select last_day::text, value from marts.figures "
        "where measure_id = %s and period_kind = 'as at' and breakdown = 'total'",
        (measure,),
    )
    assert len(rows) > 5 * 12
    for day, value in rows:
        assert value == len(count(tables, day)), day


def test_a_column_that_can_be_counted_is_a_measure(published):
    """What the register says is counted is all that the models flag: a column nobody counts is found, too."""
    schema = newest_build(AS_AT, figures.KNOWN_ON).schema("intermediate")
    for model, population in figure_populations().items():
        columns = published.rows(
            "select column_name from information_schema.columns where table_schema = %s and table_name = %s "
            "and data_type in ('boolean', 'numeric')",
            (schema, model),
        )
        assert {name for (name,) in columns} == set(counted(population)), model


def test_no_small_count_of_the_published_tables_is_shown(published):
    rows = published.rows(
        "select f.numerator, p.suppressed_value from marts.figures_for_publication as p inner join marts.figures as f "
        "on (f.measure_id, f.period_id, f.breakdown, f.breakdown_value) "
        "= (p.measure_id, p.period_id, p.breakdown, p.breakdown_value) "
        "inner join marts.dim_measure as m on m.measure_id = f.measure_id where m.unit <> 'full-time equivalent'"
    )
    small = [shown for numerator, shown in rows if 1 <= numerator <= LARGEST]
    assert set(small) == {"c"}
    assert len(small) > 100
    assert sum(shown == "c" for _, shown in rows) < len(rows) / 2


def test_no_hidden_number_of_the_published_tables_can_be_worked_out(published):
    schema = newest_build(AS_AT, figures.KNOWN_ON).schema("intermediate")
    tables = defaultdict(dict)
    for table, row, column, count, why in published.rows(
        f"select table_key, row_key, column_key, cell_count, hidden_because from {schema}.int_suppression__numbers"
    ):
        tables[table][row, column] = Shown(count, why)
    hiding = {name: shown for name, shown in tables.items() if any(number.hidden_because for number in shown.values())}
    assert len(hiding) > 50
    for name, shown in hiding.items():
        for key, (least, most) in ranges(shown).items():
            assert most - least >= WIDTH, f"{name} {key}: {least} to {most}"


def test_figures_of_persons_are_not_among_the_figures(published):
    broken_down = published.rows("select distinct breakdown from marts.figures")
    assert "IRO" not in {name for (name,) in broken_down}
    assert {"total", "team", "service manager"} <= {name for (name,) in broken_down}


@pytest.mark.parametrize(
    ("rule_id", "damage"),
    [
        (
            "marts.figures.more_than_all",
            "update marts.figures set numerator = denominator + 1 where measure_id = 'cic_male' and denominator > 0",
        ),
        (
            "marts.figures.parts_not_the_whole",
            "delete from marts.figures where measure_id = 'cic_count' and breakdown = 'sex' and breakdown_value = 'M'",
        ),
    ],
)
def test_gate_2_finds_figures_that_do_not_add_up(published, rule_id, damage):
    query = RULES[rule_id].query.format(marts="marts")
    with published.connect() as connection, connection.transaction(force_rollback=True):
        assert connection.execute(query).fetchall() == []
        connection.execute(damage)
        assert connection.execute(query).fetchall()
