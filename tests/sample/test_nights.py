"""How the sample authority's exports change from night to night: little, late, and sometimes back."""

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from include.commands.sample import nights
from include.contract.model import source
from include.sample.authority import sample_authority
from include.sample.days import day
from include.sample.exports import SOURCES, write_exports

FIRST = date(2024, 3, 14)  # before the clean-up of May: mistakes stand that are put right later
WEEK = [FIRST + timedelta(days=number) for number in range(4)]
LATER = date(2024, 9, 14)
TABLES = [table for name in SOURCES if name != "momo" for table in source(name).tables]
FEW = 400
"""In a table of fewer records one more of them is more than a hundredth."""


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """Four nights on end and one half a year later, at SIZE 1.0, by table and night, by key."""
    drop = tmp_path_factory.mktemp("nights")
    write_exports(drop, [*WEEK, LATER], size=1.0)
    found = {}
    for table in TABLES:
        for night in (*WEEK, LATER):
            folder = drop / table.source / night.isoformat()
            (path,) = [entry for entry in folder.iterdir() if table.matches(entry.name)]
            rows = pd.read_csv(path, dtype=str, keep_default_na=False)
            key = rows[list(table.key)].agg("|".join, axis=1)
            if table.stand_in_key:
                key = key.where(key != "", "~" + rows[list(table.stand_in_key)].agg("|".join, axis=1))
            found[table.full_name, night] = rows.set_index(key)
    return found


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> tuple[int, int, int]:
    """How many records are new, how many read otherwise, how many are gone."""
    both = after.index.intersection(before.index)
    altered = (after.loc[both] != before.loc[both]).any(axis=1).sum()
    return len(after.index.difference(before.index)), int(altered), len(before.index.difference(after.index))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.full_name)
def test_a_night_changes_a_hundredth_of_a_table_at_most(exports, table):
    for before, after in pairwise(WEEK):
        earlier, later = exports[table.full_name, before], exports[table.full_name, after]
        changed = sum(_changes(earlier, later))
        assert changed <= max(0.01 * len(later), 0.01 * FEW), (before, after)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.full_name)
def test_every_record_has_one_of_the_days_that_date_it(exports, table):
    if table.dated_by:
        for night in (*WEEK, LATER):
            dated = (exports[table.full_name, night][list(table.dated_by)] != "").any(axis=1)
            assert dated.all(), night


def test_something_changes_every_night(exports):
    for before, after in pairwise(WEEK):
        new, altered, _ = (
            sum(each)
            for each in zip(
                *(_changes(exports[t.full_name, before], exports[t.full_name, after]) for t in TABLES), strict=True
            )
        )
        assert new >= 20
        assert altered >= 5


def test_entries_come_late_are_put_right_and_are_deleted(exports):
    earlier, later = exports["ssd.cla_visits", FIRST], exports["ssd.cla_visits", LATER]
    of_then = later[later["clav_cla_visit_date"] <= FIRST.isoformat()]
    assert len(of_then.index.difference(earlier.index)) >= 20, "known only later"
    both = of_then.index.intersection(earlier.index)
    moved = of_then.loc[both, "clav_cla_visit_date"] != earlier.loc[both, "clav_cla_visit_date"]
    assert moved.sum() >= 2, "corrected"
    assert len(earlier.index.difference(later.index)) >= 1, "deleted"
    names = [exports["ssd.professionals", night]["prof_professional_name"] for night in (FIRST, LATER)]
    stayed = names[0].index.intersection(names[1].index)
    assert (names[0][stayed] != names[1][stayed]).any(), "renamed"
    one, other = (exports["ssd.cla_episodes", night] for night in (FIRST, LATER))
    new = other[~other.index.isin(one.index)]
    assert (new["clae_cla_episode_start_date"] <= FIRST.isoformat()).any(), "a change in care entered late"


def test_a_duplicate_of_a_person_is_merged(exports):
    """A referral first stood under another id of the same child; that id goes when the two are merged."""
    earlier, later = (exports["ssd.cin_episodes", night] for night in (FIRST, LATER))
    both = earlier.index.intersection(later.index)
    moved = both[earlier.loc[both, "cine_person_id"] != later.loc[both, "cine_person_id"]]
    assert len(moved) >= 1
    persons = exports["ssd.person", LATER]
    assert not earlier.loc[moved, "cine_person_id"].isin(persons["pers_person_id"]).any()
    assert later.loc[moved, "cine_person_id"].isin(persons["pers_person_id"]).all()


def test_the_nights_of_a_span():
    assert nights(date(2024, 2, 27), date(2024, 3, 2), "night") == [
        date(2024, 2, 27), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2),
    ]  # fmt: skip
    assert nights(date(2024, 1, 15), date(2024, 3, 31), "month") == [
        date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31),
    ]  # fmt: skip


def test_a_record_of_every_table_is_known_from_some_night_to_a_later_one():
    council = sample_authority(391, 0.15, day("2026-03-31"))
    for name, register in council.registers.items():
        rows = register.rows
        assert (rows["known_until"] >= rows["known_from"]).all(), name
