"""The register of measures: each is counted by one model, all that is counted is a measure, a printed figure is one."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from jinja2 import Environment

from include.commands.measure_register import DOCUMENT, with_register
from include.transform.dbt import PROJECT_FOLDER

UNITS = {"count", "percent", "rate per 10000", "full-time equivalent", "days"}
MONTHS = {"month": 1, "half-year": 6, "year": 12}
BESIDE = {"coverage", "periods", "period_days", "known_periods", "counts", "labels", "reconciliation"}
"""Models of the folder that are no population."""


def _rows(seed: str) -> list[dict[str, str]]:
    with (PROJECT_FOLDER / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def figure_populations() -> dict[str, dict]:
    """What the macro says is counted, by model."""
    said: list[dict] = []
    macro = (PROJECT_FOLDER / "macros" / "figure_populations.sql").read_text(encoding="utf-8")
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    environment.from_string(macro + "{{ figure_populations() }}", globals={"return": said.append}).render()
    return said[0]


def counted(population: dict) -> list[str]:
    """The measures of a population."""
    return population["measures"] + population.get("sums", [])


def unlike(measures: Iterable[str], counted_by: dict[str, list[str]]) -> tuple[set[str], set[str], set[str]]:
    """Measures that no model counts, what is counted and is no measure, and what is counted or listed twice."""
    listed = Counter(measures)
    found = Counter(name for names in counted_by.values() for name in names)
    twice = {name for names in (listed, found) for name, times in names.items() if times > 1}
    return set(listed) - set(found), set(found) - set(listed), twice


def test_every_measure_is_counted_by_one_model_and_all_that_is_counted_is_a_measure():
    counted_by = {model: counted(population) for model, population in figure_populations().items()}
    measures = [row["measure_id"] for row in _rows("measure")]
    assert unlike(measures, counted_by) == (set(), set(), set())


@pytest.mark.parametrize(
    ("measures", "counted_by", "found"),
    [
        (["a", "b"], {"one": ["a"]}, ({"b"}, set(), set())),
        (["a"], {"one": ["a"], "other": ["b"]}, (set(), {"b"}, set())),
        (["a"], {"one": ["a"], "other": ["a"]}, (set(), set(), {"a"})),
        (["a", "a"], {"one": ["a"]}, (set(), set(), {"a"})),
    ],
)
def test_a_measure_that_is_missing_on_either_side_or_there_twice_is_found(measures, counted_by, found):
    assert unlike(measures, counted_by) == found


def test_a_measure_says_the_population_and_the_kind_of_period_of_its_model():
    populations = figure_populations()
    assert len({population["population"] for population in populations.values()}) == len(populations)
    model_of = {name: population for population in populations.values() for name in counted(population)}
    for row in _rows("measure"):
        population = model_of[row["measure_id"]]
        assert row["population"] == population["population"], row["measure_id"]
        assert row["period_kind"] == ("as at" if population.get("is_as_at") else "over a period"), row["measure_id"]
        assert (row["unit"] in {"full-time equivalent", "days"}) == (row["measure_id"] in population.get("sums", []))


def test_a_measure_is_said_in_words_that_a_board_reads():
    for row in _rows("measure"):
        assert row["definition"].endswith("."), row["measure_id"]
        assert row["unit"] in UNITS, row["measure_id"]
        assert row["direction"] in {"higher", "lower", "none"}, row["measure_id"]
        assert row["denominator"] or row["unit"] not in {"percent", "rate per 10000"}, row["measure_id"]
        assert all(row[name] for name in ("name", "numerator", "source")), row["measure_id"]


def test_every_population_has_a_model_that_is_counted(manifest):
    read = manifest["nodes"]["model.permanence.int_figures__counts"]["depends_on"]["nodes"]
    models = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["name"].startswith("int_figures__")
    }
    populations = set(figure_populations())
    assert models == populations | {f"int_figures__{name}" for name in BESIDE}
    assert populations <= {name.rpartition(".")[2] for name in read}


def test_every_printed_figure_is_of_a_measure_and_a_period():
    measures = {row["measure_id"]: row for row in _rows("measure")}
    figures = _rows("published_figure")
    assert len({row["figure_id"] for row in figures}) == len(figures)
    for row in figures:
        measure = measures[row["measure_id"]]
        first, last = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
        if row["period_kind"] == "as at":
            assert measure["period_kind"] == "as at", row["figure_id"]
            assert first == last, row["figure_id"]
        else:
            assert measure["period_kind"] == "over a period", row["figure_id"]
            after = last + timedelta(days=1)
            months = (after.year - first.year) * 12 + after.month - first.month
            assert (after.day, first.day, months) == (1, 1, MONTHS[row["period_kind"]]), row["figure_id"]
        bounded = any(row[name] for name in ("at_least", "more_than", "at_most"))
        assert bounded != bool(row["published_value"]), row["figure_id"]
        assert row["published_value"] in {"", row["printed"]}, row["figure_id"]


def test_a_published_table_can_be_added_up():
    """Its measures are shares of one whole, of one kind of period; a line of parts or of halves has one measure."""
    measures = {row["measure_id"]: row for row in _rows("measure")}
    tables = defaultdict(list)
    for row in _rows("published_table"):
        tables[row["table_id"]].append(row)
    for name, rows in tables.items():
        declared = {(row["table_name"], row["breakdown"], row["periods"], row["totals"]) for row in rows}
        ((_, breakdown, periods, totals),) = declared
        assert totals in {"one-way", "two-way", "none", "open"}, name
        assert periods in {"as at", "year", "halves"}, name
        of = [measures[row["measure_id"]] for row in rows]
        assert len({row["measure_id"] for row in rows}) == len(rows), name
        assert {(row["period_kind"] == "as at") for row in of} == {periods == "as at"}, name
        assert len({(row["population"], row["denominator"], row["months_before"]) for row in of}) == 1, name
        if len(of) > 1 or totals == "two-way":
            assert of[0]["denominator"], name
        if totals == "one-way" and (breakdown != "total" or periods == "halves"):
            assert len(of) == 1, name
            assert not of[0]["denominator"] or of[0]["unit"] == "rate per 10000", name


def test_every_measure_is_in_a_published_table_but_means_of_days():
    """A mean of a few children's days tells of each of them: it stays in the service."""
    published = {row["measure_id"] for row in _rows("published_table")}
    assert published == {row["measure_id"] for row in _rows("measure") if row["unit"] != "days"}


def test_the_score_card_shows_measures_and_of_persons_only_what_is_counted_by_them():
    populations = figure_populations()
    by_person = {
        name for population in populations.values() if "IRO" in population["breakdowns"] for name in counted(population)
    }
    card = _rows("score_card_measure")
    assert {row["measure_id"] for row in card} <= {row["measure_id"] for row in _rows("measure")}
    assert {row["measure_id"] for row in card if row["is_of_persons"] == "true"} <= by_person
    places = [(row["section"], row["place"]) for row in card]
    assert len(set(places)) == len(places)


def test_the_document_is_the_seed():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_register(text) == text, "run .venv/bin/python -m include.commands.measure_register"
