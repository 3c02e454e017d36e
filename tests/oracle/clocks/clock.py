"""What the oracle needs of a clock, and how its histories are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

Tables = dict[str, dict[str, list[dict[str, str]]]]
"""Records by source and table, all text, as `tests.deliveries.deliver` takes them."""


@dataclass(frozen=True)
class Break:
    """A mistake put into the dbt project: in a file of it, one text for another that stands there once."""

    file: str
    right: str
    wrong: str


@dataclass(frozen=True)
class Clock:
    """A clock held against the warehouse.

    `history` makes one history up, `count` says how many. `records` tells numbered histories (1, 2, …) in records
    whose ids no other clock uses; `expected` says what is true of them, as rows; `query` asks a build for the same
    rows, `{marts}` and `{intermediate}` its schemas. `breaks`: mistakes in this clock that the comparison must catch.
    """

    name: str
    history: SearchStrategy[Any]
    count: int
    records: Callable[[Sequence[Any]], Tables]
    expected: Callable[[Sequence[Any]], set[tuple]]
    query: str
    breaks: tuple[Break, ...]


def histories(clock: Clock) -> list[Any]:
    """As many histories of a clock as it wants."""
    made = []

    @settings(
        max_examples=clock.count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(clock.history)
    def collect(history):
        made.append(history)

    collect()
    return made
