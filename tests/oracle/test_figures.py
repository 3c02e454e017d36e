"""The sample authority's year of 2022-23 gives every figure of the annual report, counted in its files alone."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from include.sample.exports import write_exports
from tests.conftest import environment
from tests.oracle import figures


@pytest.fixture(scope="module")
def drop(tmp_path_factory) -> Path:
    """The exports from which the report was written and the return was made."""
    if not figures.PUBLISHED.is_file():
        pytest.skip(f"needs the published figures: there is no file {figures.PUBLISHED}")
    folder = tmp_path_factory.mktemp("report")
    write_exports(folder, [figures.KNOWN_ON, figures.RETURNED_ON], size=1.0)
    return folder


@pytest.fixture(scope="module")
def tables(drop: Path) -> figures.Tables:
    return figures.read_tables(drop, figures.KNOWN_ON)


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_a_published_figure_is_what_the_files_say(tables, name):
    value, counted = figures.FIGURES[name](tables)
    figure = figures.published()[name]
    assert figures.agrees(value, figure), f"published {figure['published_value']}, counted {value} ({counted})"


def test_every_published_figure_is_counted_but_one(drop):
    assert set(figures.published()) - set(figures.FIGURES) == figures.NOT_CALIBRATED


def test_the_return_knows_of_fifteen_endings_that_the_report_did_not(drop, tables):
    returned = figures.read_tables(drop, figures.RETURNED_ON)
    assert len(figures.in_care(tables, figures.AT)) == 649
    assert len(figures.in_care(returned, figures.AT)) == 634
    late = figures.leavers(returned, figures.HALF)
    known = figures.leavers(tables, figures.HALF)
    assert len(known) == 100
    assert len(late) == 115
    assert len(figures.starters(tables, figures.YEAR)) == 181
    assert len(figures.leavers(returned, figures.YEAR)) == 218


def test_a_report_written_another_day_has_the_same_figures(drop, tmp_path):
    """The setting moves the endings that it did not know, and nothing else of the year."""
    written = date(2023, 6, 16)
    returned = written + timedelta(days=30)
    with environment(PERMANENCE_ANNUAL_REPORT_KNOWN_ON=written.isoformat()):
        write_exports(tmp_path, [written, returned], size=1.0)
    tables = figures.read_tables(tmp_path, written)
    for name, count in figures.FIGURES.items():
        assert figures.agrees(count(tables)[0], figures.published()[name]), name
    assert len(figures.in_care(figures.read_tables(tmp_path, returned), figures.AT)) == 634


def test_twenty_children_on_plans_were_unborn_on_either_day(tables):
    for day in (figures.AT_BEFORE, figures.AT):
        rows = figures.on_plan(tables, day)
        assert ((rows["pers_dob"] == "") | (rows["pers_dob"] > day)).sum() == 20


def test_the_largest_age_groups_are_those_of_the_report(tables):
    def age(rows):
        return (figures.pd.Timestamp(figures.AT) - figures.pd.to_datetime(rows["pers_dob"])).dt.days // 365.25

    care = figures.pd.cut(age(figures.in_care(tables, figures.AT)), [-1, 2, 5, 8, 11, 14, 17]).value_counts()
    assert care.idxmax().right == 17
    plans = figures.pd.cut(age(figures.on_plan(tables, figures.AT)).fillna(0), [-2, 2, 5, 8, 11, 14, 17]).value_counts()
    assert plans.idxmax().right == 2


def test_the_document_shows_what_the_files_say(tables):
    text = figures.DOCUMENT.read_text(encoding="utf-8")
    shown = text.partition(figures.BEGIN)[2].partition(figures.END)[0].strip()
    assert shown == figures.table(tables), "write it anew: .venv/bin/python -m tests.oracle.figures"
