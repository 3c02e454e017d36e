"""Recorded history on a real PostgreSQL against a plain Python model that replays the batches in order of date.

Deliveries of an extract, of returns and of an incremental source arrive in any order, again, corrected, withdrawn and
interrupted: versions, held keys, and what is read on each day have to be those of the model.
"""

import re
from collections import defaultdict
from datetime import date

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from include.transform import dbt, parsed
from tests.conftest import Warehouse, warehouse_of
from tests.oracle import history
from tests.oracle.delivering import empty, play
from tests.oracle.stories import (
    DAYS,
    EPISODE,
    HEADER,
    MISSING,
    PERSON,
    STATEMENT,
    STATUS,
    STUDIED,
    slice_of,
    stories,
)

SCHEMA = "build_oracle"
WINDOW_YEARS = 6


def _record_key(study, key):
    return key if study is not EPISODE or key is None else f"{key}|2021-05-01"


def _standing(happens, study) -> dict[str, dict[date, history.Said]]:
    """The batches that stand in the end, by slice and date, as they speak of one table."""
    found = defaultdict(dict)
    for slot, events in happens.items():
        if slot[0] == study.source and events[-1] is not None and events[-1][study] is not None:
            records = [
                (_record_key(study, key), study is not STATUS or version[0] is not None, version)
                for key, version, _ in events[-1][study]
            ]
            found[slice_of(slot)][slot[2]] = history.said(records)
    return found


def _expected_history(happens):
    versions, held = {}, {}
    for study in STUDIED:
        for slice_, batches in _standing(happens, study).items():
            of_slice, held_of_slice = history.recorded(batches)
            versions |= {(study.table, slice_, *name): spans for name, spans in of_slice.items()}
            held |= {(study.table, slice_, key): spans for key, spans in held_of_slice.items()}
    return versions, held


def _expected_reading(happens, day):
    def ended(version, first_without):
        return history.left_the_window(
            date.fromisoformat(version[2]) if version[2] else None, first_without, years=WINDOW_YEARS
        )

    delivered = {
        (batch_date, *map(date.fromisoformat, slice_.split("/")))
        for slice_, batches in _standing(happens, STATEMENT).items()
        for batch_date in batches
    }
    spoken = {f"{first}/{until}" for first, until in history.periods_read(delivered, day)}
    read = {}
    for study in (STATUS, PERSON, MISSING, HEADER, EPISODE, STATEMENT):
        by_slice = {
            slice_: history.known(batches, day, ended if study is STATUS else None)
            for slice_, batches in _standing(happens, study).items()
            if study is not STATEMENT or slice_ in spoken
        }
        if study is PERSON:
            # a person is read as long as any record of theirs is
            named = {version[0] for _, _, version, _ in read["legal_status"]}
            for slice_, batches in _standing(happens, study).items():
                for key, version in history.ever_good(batches, day).items():
                    if key in named and by_slice[slice_].get(key, (None,))[0] is None:
                        by_slice[slice_][key] = (version, False)
        read[study.table] = history.combined(by_slice, each=study.each_slice)
    return read


def _spans(multirange):
    return [(span.lower, span.upper) for span in multirange]


def _history(warehouse: Warehouse):
    versions, held = {}, {}
    for study in STUDIED:
        columns = ", ".join(study.columns)
        for slice_, key, spans, *version in warehouse.rows(
            f"select _slice, _record_key, _recorded, {columns} from raw.{study.source}_{study.table} "
            "where _record_key ~ '^S'"
        ):
            versions[study.table, slice_, key, tuple(version)] = _spans(spans)
    for table, slice_, key, spans in warehouse.rows("select table_name, slice, record_key, recorded from raw.held_key"):
        held[table, slice_, key] = _spans(spans)
    return versions, held


def _reading(connection: psycopg.Connection, day):
    connection.execute(f"set permanence.known_on = '{day}'")
    read = {}
    for study in STUDIED:
        values = ", ".join(f"{column}::text" for column in study.columns)
        rows = connection.execute(
            f"select _slice, _record_key, _held, {values} from {SCHEMA}_staging.stg_{study.source}__{study.table} "
            "where _record_key ~ '^S'"
        ).fetchall()
        read[study.table] = {(slice_, key, tuple(version), held) for slice_, key, held, *version in rows}
        assert len(read[study.table]) == len(rows), "a record is read twice"
    return read


@pytest.fixture(scope="session")
def reading(template, tmp_path_factory):
    """A prepared warehouse with the staging models of the tables as views, whose day is a setting of the session.

    The models are compiled by dbt as a night has them; only the day is taken out.
    """
    folder = tmp_path_factory.mktemp("reading")
    with warehouse_of(template, folder) as made:
        compiled = ["compile", "--select", *(f"+stg_{study.source}__{study.table}" for study in STUDIED)]
        target = folder / "target"
        target.mkdir()
        assert parsed.run([*compiled, "--vars", '{"known_on": "2001-01-01"}'], schema=SCHEMA, target=target) == 0
        nodes = dbt.manifest(target)["nodes"]
        models = {node["name"]: node for node in nodes.values() if node["resource_type"] == "model"}
        with made.connect() as connection:
            connection.execute(f"create schema {SCHEMA}_staging")
            for path in sorted((target / "compiled").rglob("*.sql"), key=lambda path: "person" in path.name):
                if path.stem not in models:
                    continue  # a test
                query, times = re.subn(
                    r"date '2001-01-01'", "current_setting('permanence.known_on')::date", path.read_text()
                )
                assert times > 3
                query = query.replace(f'"{made.database}".', "")
                connection.execute(f"create view {SCHEMA}_staging.{path.stem} as {query}")
        yield made


def _check(warehouse: Warehouse, happens, orders) -> None:
    versions, held = _expected_history(happens)
    for order in orders:
        empty(warehouse)
        play(warehouse, happens, order)
        found_versions, found_held = _history(warehouse)
        assert found_versions == versions
        assert found_held == held
        with warehouse.connect() as connection:
            for day in DAYS:
                assert _reading(connection, day) == _expected_reading(happens, day), day


PLAYED = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    "database": None,
}


@given(stories())
@settings(max_examples=4, derandomize=True, **PLAYED)
def test_history_is_what_the_model_says(reading, story):
    _check(reading, *story)


@pytest.mark.torture
@given(stories())
@settings(max_examples=150, **PLAYED)
def test_history_is_what_the_model_says_of_many(reading, story):
    _check(reading, *story)
