"""Faults on demand: each changes what its list says, and nothing else; the same ones each time."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from include.commands.sample import arguments
from include.contract.model import source
from include.feeds.batches import batch_dates, find_batches
from include.sample.exports import SOURCES, write_exports
from include.sample.faults.fault_list import FAULTS, faults
from include.sample.faults.planting import plant
from include.settings import PROJECT

NIGHT = date(2026, 3, 31)
SIZE = 0.15
OF_RECORDS = [fault for fault in FAULTS if fault.change]
OF_FILES = [fault for fault in FAULTS if fault.of_file]


def _tree(drop: Path) -> dict[str, bytes]:
    return {str(path.relative_to(drop)): path.read_bytes() for path in drop.rglob("*") if path.is_file()}


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def _listed(drop: Path, source_name: str) -> pd.DataFrame:
    path = drop / source_name / f"{NIGHT}.faults.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False) if path.is_file() else pd.DataFrame()


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    drop = tmp_path_factory.mktemp("clean")
    write_exports(drop, [NIGHT], size=SIZE)
    return drop


@pytest.fixture(scope="module")
def with_all(tmp_path_factory) -> Path:
    """Every fault of a record at once, and where each is."""
    drop = tmp_path_factory.mktemp("all")
    write_exports(drop, [NIGHT], size=SIZE, fault_names=["all"])
    return drop


def test_there_are_more_than_forty_over_all_sources():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 40
    assert {fault.table.partition(".")[0] for fault in FAULTS} == set(SOURCES)


def test_the_readme_lists_every_fault():
    text = (PROJECT / "include" / "sample" / "README.md").read_text(encoding="utf-8")
    for fault in FAULTS:
        assert f"| {fault.name} | {fault.table} | {fault.words} |" in text, fault.name


def test_the_list_is_no_delivery(with_all):
    for name in SOURCES:
        assert batch_dates(with_all, name) == [NIGHT]
        (batch,) = find_batches(with_all, name, NIGHT, with_all)
        assert not batch.other_files


def test_every_fault_of_a_record_is_planted_once(with_all):
    found = pd.concat([_listed(with_all, name) for name in SOURCES])
    assert set(found["fault"]) == {fault.name for fault in OF_RECORDS}
    places = found[found["field"] != ""]
    assert not places.duplicated(["table", "key", "field"]).any()


def test_all_faults_together_change_the_records_that_are_listed_and_no_other(clean, with_all):
    for name in SOURCES:
        listed = _listed(with_all, name)
        for table in source(name).tables:
            file = f"{table.raw_name if name == 'ssd' else table.name}.csv"
            before, after = (_rows((drop / name / NIGHT.isoformat() / file).read_bytes()) for drop in (clean, with_all))
            mine = listed[listed["table"] == table.full_name] if len(listed) else listed
            differs = {tuple(row) for row in before} ^ {tuple(row) for row in after}
            assert bool(differs) == bool(len(mine)), table.full_name
            # a changed record differs twice, an added or missing one once
            changed = mine[mine["field"] != ""]["key"].nunique() if len(mine) else 0
            whole = (mine["field"] == "").sum() if len(mine) else 0
            assert len(differs) == 2 * changed + whole, table.full_name


@pytest.mark.parametrize("fault", OF_RECORDS, ids=lambda fault: fault.name)
def test_a_fault_changes_exactly_the_fields_that_are_listed(clean, with_all, fault):
    name, _, table_name = fault.table.partition(".")
    table = source(name).table(table_name)
    listed = _listed(with_all, name).query("fault == @fault.name")
    file = f"{table.raw_name if name == 'ssd' else table.name}.csv"
    before, after = (
        pd.read_csv(drop / name / NIGHT.isoformat() / file, dtype=str, keep_default_na=False)
        for drop in (clean, with_all)
    )
    for key, fields in listed.groupby("key")["field"]:
        if list(fields) == [""]:
            assert len(before) != len(after) or before.shape == after.shape
            continue
        keys = before[list(table.key)].agg("|".join, axis=1)
        if table.stand_in_key:
            keys = keys.where(keys != "", "~" + before[list(table.stand_in_key)].agg("|".join, axis=1))
        (row,) = before.index[keys == key]
        # the same record after: its other fields are what they were
        others = [column for column in before.columns if column not in set(fields)]
        same = after[(after[others] == before.loc[row, others]).all(axis=1)]
        assert any((same[field] != before.at[row, field]).any() for field in fields)


@pytest.mark.parametrize("fault", OF_FILES, ids=lambda fault: fault.name)
def test_a_fault_of_a_file_changes_that_file_alone(clean, tmp_path, fault):
    write_exports(tmp_path, [NIGHT], size=SIZE, fault_names=[fault.name])
    name, _, table_name = fault.table.partition(".")
    table = source(name).table(table_name)
    file = f"{name}/{NIGHT}/{table.raw_name if name == 'ssd' else table.name}.csv"
    ours, theirs = _tree(clean), _tree(tmp_path)
    changed = {path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path)}
    assert changed - {f"{name}/{NIGHT}/manifest.json"} == {file, f"{name}/{NIGHT}.faults.csv"}
    promised = json.loads(theirs[f"{name}/{NIGHT}/manifest.json"])
    assert (theirs[f"{name}/{NIGHT}/manifest.json"] == ours[f"{name}/{NIGHT}/manifest.json"]) == fault.unpromised
    assert (len(promised["files"]) < len(source(name).tables)) == (fault.name == "missing_file")
    assert _listed(tmp_path, name).values.tolist() == [[fault.table, "", "", fault.name]]


def test_the_same_faults_are_planted_again_and_taken_away_again(with_all, clean, tmp_path):
    write_exports(tmp_path, [NIGHT], size=SIZE, fault_names=["all"])
    assert _tree(tmp_path) == _tree(with_all)
    write_exports(tmp_path, [NIGHT], size=SIZE)
    assert _tree(tmp_path) == _tree(clean)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"fault_names": ["no_such"]}, "no such fault. There are: all, "),
        ({"fault_names": ["all"], "profile": "mosaic"}, "standard extract"),
    ],
)
def test_a_fault_that_is_none_is_refused(tmp_path, given, why):
    with pytest.raises(ValueError, match=why):
        write_exports(tmp_path, [NIGHT], **given)
    assert not list(tmp_path.iterdir())


def test_a_fault_that_fits_no_record_is_refused():
    """One record, and two faults that want it."""
    (fault,) = faults(["hours_in_words"])
    table = source("cssu").table("iro_posts")
    posts = pd.DataFrame([dict.fromkeys((column.name for column in table.columns), "1")])
    with pytest.raises(ValueError, match=r"FAULTS=hours_in_words: cssu\.iro_posts has no record of this night"):
        plant([fault, fault], {table.full_name: table}, {table.full_name: posts}, str(NIGHT))


def test_the_command_takes_them_by_name():
    assert arguments(["--faults", "orphan,open_past_18"]).faults == "orphan,open_past_18"
