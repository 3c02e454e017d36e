"""The five real returns in all 120 orders: one history. The same with the third amended, and the second withdrawn."""

import csv
import shutil
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from include.feeds.batches import find_batches
from include.history import ledger
from include.history.record import record_batches
from include.history.withdraw import withdraw
from include.landing.land import land_batch
from include.night import load_delivery
from include.quality.landing_gate import gate_batches
from include.warehouse.connection import Role
from tests.conftest import Warehouse
from tests.end_to_end.night import load
from tests.recorded_history import recorded_history

SOURCE = "ssda903"
PARTS = ("header", "episodes", "reviews")
RETURNS = [date(year + 1, 7, 1) for year in range(2017, 2022)]
SECOND, THIRD, AMENDED = RETURNS[1], RETURNS[2], date(2020, 9, 1)
ORDERS = list(permutations(RETURNS))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _copy(real_data: Path, warehouse: Warehouse, year: int, delivered: date) -> Path:
    folder = warehouse.drop / SOURCE / delivered.isoformat()
    folder.mkdir(parents=True)
    for part in PARTS:
        shutil.copyfile(real_data / "ssda903_2017_2021" / f"{year}-{part}.csv", folder / f"{year}-{part}.csv")
    return folder


def _amend(folder: Path) -> None:
    """Take records from each file of a return, change some, add some, and repeat three children with another sex."""
    for part in PARTS:
        path = folder / f"2019-{part}.csv"
        rows = _rows(path)
        added = [row | {"CHILD": f"9{row['CHILD']}"} for row in rows[:5]]
        if part == "header":
            added += [row | {"SEX": "1" if row["SEX"] == "2" else "2"} for row in rows[40:43]]
        column, value = {"header": ("ETHNIC", "WBRI"), "episodes": ("LS", "C2"), "reviews": ("REVIEW_CODE", "PN2")}[
            part
        ]
        rows = [row | {column: value} if number < 40 else row for number, row in enumerate(rows)][20:] + added
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture
def returns(real_data: Path, empty_warehouse: Warehouse) -> Warehouse:
    """A warehouse with the five returns delivered and nothing loaded."""
    for delivered in RETURNS:
        _copy(real_data, empty_warehouse, delivered.year - 1, delivered)
    return empty_warehouse


@pytest.fixture
def amended_returns(real_data: Path, returns: Warehouse) -> Warehouse:
    """And the third of them once more, amended."""
    _amend(_copy(real_data, returns, THIRD.year - 1, AMENDED))
    return returns


def _emptied(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        connection.execute(
            f"truncate {', '.join(f'raw.{SOURCE}_{part}' for part in PARTS)}, raw.held_key, quality.failure, "
            "quality.result, ops.batch, ops.period_spoken"
        )


def _history(warehouse: Warehouse) -> str:
    """All that is recorded: versions and their days, held keys, failing records, batches that stand."""
    return str(recorded_history(warehouse))


def _entry(warehouse: Warehouse, delivered: date) -> ledger.Entry:
    with warehouse.connect(Role.LOADER) as connection:
        (entry,) = ledger.of_date(connection, SOURCE, delivered)
    return entry


def _withdraw() -> None:
    assert "withdrawn, its period given back" in withdraw(SOURCE, SECOND, "delivered by mistake")


def _load(warehouse: Warehouse, order: Sequence[date], *, one_by_one: bool, withdrawn_after: int | None = None) -> str:
    """Land, gate and record deliveries in an order, each by itself or step by step; returns the history they make.

    Step by step, all are landed in that order, gate 1 sees them at once, and they are recorded in that order.
    `withdrawn_after` so many of them are recorded, the second return is withdrawn.
    """
    _emptied(warehouse)
    if not one_by_one:
        for delivered in order:
            for batch in find_batches(warehouse.drop, SOURCE, delivered, warehouse.drop):
                land_batch(batch)
        gate_batches([_entry(warehouse, delivered) for delivered in order])
    for number, delivered in enumerate(order, 1):
        if one_by_one:
            load_delivery(SOURCE, delivered)
        else:
            record_batches([_entry(warehouse, delivered)])
        if number == withdrawn_after:
            _withdraw()
    assert warehouse.value("select count(*) from pg_class where relnamespace = 'landing'::regnamespace") == 0
    return _history(warehouse)


def _is_one(expected: str, histories: dict[str, list], tried: int) -> None:
    others = {history: orders[:3] for history, orders in histories.items() if history != expected}
    assert not others, f"{tried} orders made {len(histories)} histories; some of them: {others}"
    assert len(histories[expected]) == tried


def _five(warehouse: Warehouse, orders: Sequence[tuple[date, ...]]) -> None:
    expected = _load(warehouse, RETURNS, one_by_one=True)
    for delivered in RETURNS:
        year = delivered.year - 1
        for part in PARTS:
            rows = _rows(warehouse.drop / SOURCE / delivered.isoformat() / f"{year}-{part}.csv")
            distinct = {tuple(row.values()) for row in rows}
            recorded = f"select count(*) from raw.{SOURCE}_{part} where _slice = %s"
            assert warehouse.value(recorded, (f"{year}/{(year + 1) % 100:02d}",)) == len(distinct) > 0
    histories = defaultdict(list)
    for number, order in enumerate(orders):
        histories[_load(warehouse, order, one_by_one=number % 10 == 5)].append(order)
    _is_one(expected, histories, len(orders))
    # a night that finds them all again changes nothing
    load(RETURNS[-1])
    assert _history(warehouse) == expected


def _six(warehouse: Warehouse, orders: Sequence[tuple[date, ...]]) -> set[int]:
    """The amended return at a place that varies with the order; returns how many places after the original it came."""
    expected = _load(warehouse, sorted([*RETURNS, AMENDED]), one_by_one=True)
    (counts,) = warehouse.rows(
        "select count(*) filter (where _recorded = datemultirange(daterange(%(third)s, null))), "
        "count(*) filter (where _recorded = datemultirange(daterange(%(third)s, %(amended)s))), "
        "count(*) filter (where _recorded = datemultirange(daterange(%(amended)s, null))) "
        f"from raw.{SOURCE}_reviews where _slice = '2019/20'",
        {"third": THIRD, "amended": AMENDED},
    )
    assert min(counts) > 0, "the amended return keeps records, ends some and begins some"
    assert warehouse.value("select count(*) from raw.held_key") == 3
    histories, places = defaultdict(list), set()
    for number, order in enumerate(orders):
        place = (number + number // 6) % 6
        six = [*order[:place], AMENDED, *order[place:]]
        places.add(six.index(AMENDED) - six.index(THIRD))
        histories[_load(warehouse, six, one_by_one=number % 10 == 5)].append(six)
    _is_one(expected, histories, len(orders))
    return places


def _four(warehouse: Warehouse, orders: Sequence[tuple[date, ...]]) -> set[int]:
    """The second return withdrawn; returns after how many of the following returns it was."""
    expected = _load(warehouse, [delivered for delivered in RETURNS if delivered != SECOND], one_by_one=True)
    histories, moments = defaultdict(list), set()
    for number, order in enumerate(orders):
        recorded = order.index(SECOND) + 1
        later = number % (len(order) - recorded + 1)
        moments.add(later)
        _load(warehouse, order, one_by_one=number % 10 == 5, withdrawn_after=recorded + later)
        # a night that finds the same files again does not bring it back
        load(RETURNS[-1])
        assert _entry(warehouse, SECOND).state == "withdrawn"
        histories[_history(warehouse)].append((order, later))
    _is_one(expected, histories, len(orders))
    return moments


def test_six_orders_of_the_five_returns_make_one_history(returns):
    # that of the dates, its reverse, and each return first
    _five(returns, [ORDERS[number] for number in (25, 50, 75, 100, 119)])


@pytest.mark.torture
def test_the_third_amended_before_and_after_the_original_makes_one_history(amended_returns):
    assert _six(amended_returns, [ORDERS[119], ORDERS[50]]) == {-3, 1}


@pytest.mark.torture
def test_the_second_withdrawn_at_once_or_later_makes_one_history(returns):
    assert _four(returns, [ORDERS[119], ORDERS[25]]) == {0, 1}


@pytest.mark.torture
def test_all_120_orders_of_the_five_returns_make_one_history(returns):
    assert len(set(ORDERS)) == 120
    _five(returns, ORDERS)


@pytest.mark.torture
def test_all_120_orders_with_the_third_amended_make_one_history(amended_returns):
    assert len(set(ORDERS)) == 120
    # at every place before and after the original
    assert _six(amended_returns, ORDERS) == set(range(-5, 6)) - {0}


@pytest.mark.torture
def test_all_120_orders_with_the_second_withdrawn_make_one_history(returns):
    assert len(set(ORDERS)) == 120
    assert _four(returns, ORDERS) == set(range(5))
