"""The files that the Department for Education and the Office for National Statistics publish, from the drop folder to
the comparisons: every record of every real file accounted for, every figure and symbol as it is printed.
"""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from include.night import load_delivery
from include.settings import settings
from tests.builds import dbt_build, make_schemas
from tests.conftest import Warehouse, warehouse_of

DELIVERED, SCHEMA = date(2026, 3, 31), "build_benchmarks"
FILES = {
    "looked_after": "cla_number_and_rate_per_10k_children.csv",
    "placement_stability": "la_cla_placement_stability.csv",
    "repeat_plans": "d3_cpps_subsequent_plan_2013_to_2025.csv",
    "plan_lengths": "d5_cpps_at31march_by_duration_2013_to_2025.csv",
    "population": "ons_mid-year_population_estimates_2012_to_2024.csv",
    "statistical_neighbours": "sn_model_2025_wide.csv",
}
COUNTS = {
    "Children looked after on 31 March each year": "looked_after",
    "Children starting to be looked after each year": "looked_after_starting",
    "Children ceasing to be looked after each year": "looked_after_ceasing",
}
STABILITY = {
    "With 3 or more placements during the year": "three_placements_in_year",
    "With 3 or more placements during the previous 2 years": "three_placements_in_two_years",
    "Living with the same carer for at least 2 years": "same_carer_two_years",
}
WIDE = {
    "repeat_plans": {"plans_started": "CPP_start", "plans_started_again": "CPP_subsequent_percent"},
    "plan_lengths": {
        "plans": "CPP_At31",
        "plans_three_months_or_less": "3_months_or_less_percent",
        "plans_three_to_six_months": "more_than_3_months_6_months_percent",
        "plans_six_months_to_a_year": "more_than_6_months_less_than_1_year_percent",
        "plans_one_to_two_years": "1_year_less_than_2_years_percent",
        "plans_two_years_or_more": "2_years_or_more_percent",
    },
    "population": {"children_aged_0_to_17": "population_estimate"},
}
Printed = dict[tuple[str, int, str], str]
"""By figure, year and area (England, a region's code, a council's number): what is printed."""


def _read(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(folder / FILES[table], dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _area(row: dict) -> str:
    return row["old_la_code"] or row["region_code"] or "England"


def _printed(folder: Path) -> Printed:
    """Every figure of the files that the comparisons take."""
    found: Printed = {}
    for row in _read(folder, "looked_after").to_dict("records"):
        key = COUNTS[row["population_type"]], int(row["time_period"]), _area(row)
        found[key] = row["children_count"]
        found[f"{key[0]}_rate", *key[1:]] = row["rate_per_10000"]
    for row in _read(folder, "placement_stability").to_dict("records"):
        if row["placement_stability"] in STABILITY:
            found[STABILITY[row["placement_stability"]], int(row["time_period"]), _area(row)] = row["children_percent"]
    for table, columns in WIDE.items():
        for row in _read(folder, table).to_dict("records"):
            for figure, column in columns.items():
                found[figure, int(row["time_period"]), _area(row)] = row[column]
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@pytest.fixture(scope="module")
def folder(real_data) -> Path:
    """Folder of the published files, where they lie."""
    return real_data / "benchmarks"


@pytest.fixture(scope="module")
def delivered(folder, template, tmp_path_factory) -> Warehouse:
    """A warehouse that the published files were delivered to, with the comparisons built."""
    with warehouse_of(template, tmp_path_factory.mktemp("benchmarks")) as warehouse:
        drop = warehouse.drop / "benchmarks" / DELIVERED.isoformat()
        drop.mkdir(parents=True)
        for name in FILES.values():
            shutil.copyfile(folder / name, drop / name)
        load_delivery("benchmarks", DELIVERED)
        make_schemas(warehouse, SCHEMA)
        dbt_build(DELIVERED, SCHEMA, tmp_path_factory.mktemp("target"), "+comparator")
        yield warehouse


@pytest.mark.parametrize("table", FILES)
def test_every_record_of_a_file_is_recorded_once(delivered, folder, table):
    records = len(_read(folder, table))
    assert records > 100
    assert delivered.value(f"select count(*) from raw.benchmarks_{table}") == records
    assert delivered.value(f"select count(*) from {SCHEMA}_staging.stg_benchmarks__{table}") == records


def test_no_value_of_a_file_is_one_that_can_not_be_read(delivered):
    assert delivered.rows("select rule_id, count(*) from quality.failure group by 1") == []
    assert delivered.value("select state from ops.batch_latest where source = 'benchmarks'") == "recorded"


def test_every_figure_and_symbol_is_as_printed(delivered, folder):
    printed = _printed(folder)
    found = {
        row[:3]: row[3:]
        for row in delivered.rows(
            "select benchmark_id, year, area_code, value::float8, symbol "
            f"from {SCHEMA}_intermediate.int_benchmarks__published"
        )
    }
    expected = {key: (number := _number(text), None if number is not None else text) for key, text in printed.items()}
    assert {symbol for _, symbol in expected.values()} == {None, "c", "z", "x", "u"}
    assert found == expected


def test_the_council_stands_beside_its_region_england_and_its_neighbours(delivered, folder):
    printed = _printed(folder)
    rows = _read(folder, "looked_after")
    own = rows[rows["new_la_code"] == settings().council_code].iloc[0]
    model = _read(folder, "statistical_neighbours").set_index("old_la_code").loc[own["old_la_code"]]
    neighbours = [model[f"SN_{place}"] for place in range(1, 11)]
    areas = {"council": [own["old_la_code"]], "region": [own["region_code"]], "England": ["England"]}
    areas["statistical neighbours"] = neighbours
    decimals = dict(delivered.rows(f"select benchmark_id, decimals from {SCHEMA}_seeds.benchmark"))
    expected = {}
    for figure, year in {key[:2] for key in printed}:
        for area, members in areas.items():
            texts = [printed[figure, year, member] for member in members if (figure, year, member) in printed]
            numbers = [number for text in texts if (number := _number(text)) is not None]
            mean = sum(numbers) / len(numbers) if numbers else None
            if mean is not None and area == "statistical neighbours":
                mean = round(mean + 1e-9, decimals[figure] + 1)
            expected[figure, area, year] = (mean, None if numbers else min(texts), len(texts), len(numbers))
    found = {
        row[:3]: row[3:]
        for row in delivered.rows(
            "select benchmark_id, area, extract(year from period_end)::integer, value::float8, symbol, areas, "
            f"areas_with_value from {SCHEMA}_marts.comparator"
        )
    }
    assert found.keys() == expected.keys()
    for key, (mean, *rest) in expected.items():
        assert found[key][1:] == tuple(rest), key
        assert found[key][0] == mean or abs(found[key][0] - mean) < 0.006, key


def test_the_published_figures_are_newcastles(delivered):
    """What domain experts know by heart: the made-up council stands in Newcastle upon Tyne's place."""
    published = dict(
        delivered.rows(
            f"select benchmark_id, coalesce(trim_scale(value)::text, symbol) from {SCHEMA}_marts.comparator "
            "where area = 'council' and period_end in ('2023-03-31', '2022-06-30')"
        )
    )
    wanted = {
        "looked_after": "634", "looked_after_rate": "108", "looked_after_starting": "181",
        "looked_after_ceasing": "218", "three_placements_in_year": "7", "same_carer_two_years": "68", "plans": "342",
        "plans_started": "410", "plans_started_again": "24.4", "plans_two_years_or_more": "c",
        "children_aged_0_to_17": "58489",
    }  # fmt: skip
    assert {name: published[name] for name in wanted} == wanted


def test_every_symbol_that_is_explained_can_be_read(delivered):
    symbols = f"select symbol from {SCHEMA}_seeds.published_symbol"
    assert delivered.rows(f"{symbols} where safe.as_figure(' ' || upper(symbol)) is distinct from symbol") == []
    assert delivered.rows("select safe.as_figure('n/k'), safe.as_figure('cc'), safe.as_figure('7.0')") == [
        (None, None, "7")
    ]


def test_a_symbol_nobody_knows_is_emptied_and_listed(folder, empty_warehouse):
    drop = empty_warehouse.drop / "benchmarks" / DELIVERED.isoformat()
    drop.mkdir(parents=True)
    rows = _read(folder, "population").head(3)
    rows.loc[1, "population_estimate"] = "n/k"
    rows.to_csv(drop / "ons_mid-year_population_estimates_2012_to_2024.csv", index=False)
    load_delivery("benchmarks", DELIVERED)
    assert empty_warehouse.rows(
        "select rule_id, record_key from quality.failure where rule_id like '%population_estimate%'"
    ) == [("benchmarks.population.population_estimate.unreadable", "~2024|REGIONAL|E12000001|AGED_0_TO_17")]


def test_a_new_file_alone_leaves_the_others_as_they_are(folder, empty_warehouse):
    for day, names in ((DELIVERED, FILES.values()), (date(2026, 4, 1), [FILES["population"]])):
        drop = empty_warehouse.drop / "benchmarks" / day.isoformat()
        drop.mkdir(parents=True)
        for name in names:
            shutil.copyfile(folder / name, drop / name)
        load_delivery("benchmarks", day)
    known = "select count(*) from raw.benchmarks_{} where _recorded @> date '2026-04-01'"
    for table in ("population", "looked_after"):
        assert empty_warehouse.value(known.format(table)) == len(_read(folder, table))
    assert empty_warehouse.rows("select rule_id from quality.result where not success") == []
