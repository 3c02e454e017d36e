"""A record that changes moves the figures it should, and no other; what is known later is counted later.

The made-up council at a small size: its figures are none of the report's, and are counted in the files all the same.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from include.feeds.batches import MANIFEST, READY
from include.sample.exports import write_exports
from tests.builds import dbt_build, make_schemas
from tests.conftest import Warehouse, copy_of, warehouse_of
from tests.end_to_end.night import load
from tests.oracle import figures

AS_AT = date.fromisoformat(figures.AT)
BEFORE, AFTER = "build_before", "build_after"
WANTED = ("+figures", "+annual_report_reconciliation")
Moved = set[tuple[str, str]]
"""Measures and periods of which the figure is another one."""


@pytest.fixture(scope="module")
def counted(template, tmp_path_factory) -> Iterator[Warehouse]:
    """The small council's figures as at the day of the report, as known when it was written."""
    with warehouse_of(template, tmp_path_factory.mktemp("small")) as warehouse:
        write_exports(warehouse.drop, [figures.KNOWN_ON], size=0.15)
        load(figures.KNOWN_ON)
        make_schemas(warehouse, BEFORE)
        dbt_build(AS_AT, BEFORE, tmp_path_factory.mktemp("target"), *WANTED, known_on=figures.KNOWN_ON)
        yield warehouse


@contextmanager
def _changed(counted: Warehouse, folder: Path, table: str, key: str, **values: str) -> Iterator[Warehouse]:
    """A copy of the warehouse in which one record of the case system was delivered otherwise, counted again."""
    with copy_of(counted, folder) as warehouse:
        batch = warehouse.drop / "ssd" / figures.KNOWN_ON.isoformat()
        path = batch / f"ssd_{table}.csv"
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        (row,) = [row for row in rows if next(iter(row.values())) == key]
        row.update(values)
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        (batch / MANIFEST).unlink()
        (batch / READY).touch()
        load(figures.KNOWN_ON)
        make_schemas(warehouse, AFTER)
        dbt_build(AS_AT, AFTER, folder, *WANTED, known_on=figures.KNOWN_ON)
        yield warehouse


def _moved(warehouse: Warehouse) -> tuple[Moved, Moved]:
    """Which figures differ between the two counts: the totals, and any part of them."""
    rows = warehouse.rows(
        f"select distinct measure_id, period_id, breakdown = 'total' from ("
        f"(table {AFTER}_marts.figures except table {BEFORE}_marts.figures) union all "
        f"(table {BEFORE}_marts.figures except table {AFTER}_marts.figures)) as differing"
    )
    totals = {(measure, period) for measure, period, is_total in rows if is_total}
    return totals, {(measure, period) for measure, period, is_total in rows if not is_total}


def _periods_of(warehouse: Warehouse, *days: date) -> set[str]:
    """The periods that contain each of some days."""
    rows = warehouse.rows(
        f"select period_id from {BEFORE}_intermediate.int_figures__periods "
        "where period_kind <> 'as at' and first_day <= all(%s) and last_day >= all(%s)",
        (list(days), list(days)),
    )
    return {period for (period,) in rows}


def _days_from(warehouse: Warehouse, day: date) -> set[str]:
    """The days from a day on of which there are figures."""
    rows = warehouse.rows(
        f"select period_id from {BEFORE}_intermediate.int_figures__periods "
        "where period_kind = 'as at' and first_day >= %s",
        (day,),
    )
    return {period for (period,) in rows}


def _differ_from_the_files(warehouse: Warehouse, schema: str, known_on: date) -> set[str]:
    """Printed figures of which the reconciliation has another number than the files."""
    tables = figures.read_tables(warehouse.drop, known_on)
    rows = warehouse.rows(
        f"select figure_id, computed, numerator, denominator from {schema}_marts.annual_report_reconciliation"
    )
    found = {name: made_of for name, *made_of in rows}
    return {name for name, count in figures.FIGURES.items() if not figures.as_counted(count(tables), *found[name])}


@pytest.mark.torture
def test_a_review_held_a_day_late_moves_what_is_said_of_reviews_in_time(counted, tmp_path):
    # the last review of a child in care, held in time as all the child's were; late by a day it is of the same month
    ((key, child, held, due),) = counted.rows(
        f"""
        select substr(clock.review_key, 5), clock.child_ref, clock.held_date, clock.due_date
        from {BEFORE}_intermediate.int_reviews__clock as clock
        inner join {BEFORE}_intermediate.int_figures__care_positions as positions
            on positions.child_ref = clock.child_ref and positions.member_date = %(as_at)s
        where
            clock.review_key like 'ssd|%%' and clock.review_number > 2
            and clock.held_date between %(as_at)s - 180 and %(as_at)s and clock.due_date < %(as_at)s
            and date_trunc('month', clock.held_date) = date_trunc('month', clock.due_date + 1)
            and not exists (
                select from {BEFORE}_intermediate.int_reviews__clock as other
                where
                    other.child_ref = clock.child_ref and other.held_date > %(as_at)s - 365
                    and (not other.in_time or other.held_date > clock.held_date)
            )
        order by clock.review_key
        limit 1
        """,
        {"as_at": AS_AT},
    )
    late = due + timedelta(days=1)
    with _changed(counted, tmp_path, "cla_reviews", key, clar_cla_review_date=late.isoformat()) as warehouse:
        totals, parts = _moved(warehouse)
        over = {"cic_reviews_in_time", "cic_reviews_late", "cic_children_all_reviews_in_time"}
        assert totals == {(measure, period) for measure in over for period in _periods_of(warehouse, held, late)} | {
            ("cic_latest_review_in_time", period) for period in _days_from(warehouse, late)
        }
        assert parts <= totals
        assert parts
        assert _differ_from_the_files(warehouse, AFTER, figures.KNOWN_ON) == set(), child


@pytest.mark.torture
def test_an_episode_that_ended_moves_who_left_and_who_is_in_care(counted, tmp_path):
    ended = AS_AT - timedelta(days=44)
    # a child in care long before and after that day, without a review since
    ((key, child),) = counted.rows(
        f"""
        select min(episodes._record_key), episodes.clae_person_id
        from {BEFORE}_staging.stg_ssd__cla_episodes as episodes
        inner join {BEFORE}_intermediate.int_figures__care_positions as positions
            on positions.child_ref = episodes.clae_person_id and positions.member_date = %(as_at)s
        where
            episodes.clae_cla_episode_ceased_date is null and episodes.clae_entered_care_date < %(as_at)s - 1000
            and episodes.clae_cla_episode_start_date < %(ended)s
            and not exists (
                select from {BEFORE}_intermediate.int_reviews__clock as clock
                where clock.child_ref = episodes.clae_person_id and clock.held_date >= %(ended)s
            )
        group by episodes.clae_person_id
        order by 1
        limit 1
        """,
        {"as_at": AS_AT, "ended": ended},
    )
    change = {"clae_cla_episode_ceased_date": ended.isoformat(), "clae_cla_episode_ceased_reason": "E4A"}
    with _changed(counted, tmp_path, "cla_episodes", key, **change) as warehouse:
        totals, parts = _moved(warehouse)
        # of children in care, the figures that counted the child, or counted others among whom the child was
        flags = warehouse.rows(
            f"""
            select flag.key, 'as at ' || positions.member_date
            from {BEFORE}_intermediate.int_figures__care_positions as positions
            cross join lateral jsonb_each(to_jsonb(positions)) as flag
            where
                positions.child_ref = %s and positions.member_date >= %s
                and jsonb_typeof(flag.value) = 'boolean'
            """,
            (child, ended),
        )
        left = {
            "cic_left",
            "cic_leaving_rate",
            "cic_left_special_guardianship",
            "cic_left_adopted",
            "cic_left_reunified",
        }
        assert totals == set(flags) | {
            (measure, period) for measure in left for period in _periods_of(warehouse, ended)
        }
        assert parts <= totals
        assert _differ_from_the_files(warehouse, AFTER, figures.KNOWN_ON) == set()


@pytest.mark.torture
def test_what_is_known_later_is_counted_later(counted, tmp_path):
    """The day of the report as the return knew it: endings that were entered late, by the same models."""
    assert _differ_from_the_files(counted, BEFORE, figures.KNOWN_ON) == set()
    with copy_of(counted, tmp_path) as warehouse:
        write_exports(warehouse.drop, [figures.KNOWN_ON, figures.RETURNED_ON], size=0.15)
        load(figures.RETURNED_ON)
        make_schemas(warehouse, AFTER)
        dbt_build(AS_AT, AFTER, tmp_path, *WANTED, known_on=figures.RETURNED_ON)
        totals, _ = _moved(warehouse)
        assert {("cic_count", f"as at {AS_AT}"), ("cic_left", f"half-year {AS_AT}")} <= totals
        assert _differ_from_the_files(warehouse, AFTER, figures.RETURNED_ON) == set()
