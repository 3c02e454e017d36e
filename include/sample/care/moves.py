"""On which days children in care move home.

Moves come by chance: often in the first months, now and then later, to some children again and again. For the
children in care on the day the annual report speaks of, the moves of the two years before it are drawn to its figures.
"""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import ADOPTED, in_care_on
from include.sample.chance import between, chance, choose, numbers_within, stream
from include.sample.days import YEAR, add_months
from include.sample.targets import LAST_HALF, YEAR_BEGINS, YEAR_END, Targets

_ONE_PLACEMENT, _MORE_THAN_TWO = 454, 32  # placements in the year, of 649 children
_STABLE = 0.66  # of the children in care for 2½ years, in the same placement for two
_MONTHS_LONG, _MONTHS_STABLE = 30, 24
_APART = 4  # days that lie between two moves at least


def moves(seed: int, periods: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """Moves to another home: `period` (its row) and `day`, by both; never on the first or the last day in care."""
    rng = stream(seed, "moves")
    entered = periods["entered"].to_numpy()
    until = np.minimum(periods["left"].to_numpy(), LAST_HALF + YEAR)
    period, day = _by_chance(rng, periods, until)
    counted = in_care_on(periods, YEAR_END, as_reported=True)
    first = int(add_months(YEAR_END, -_MONTHS_STABLE)) + 1
    outside = ~counted[period] | (day < first - 10) | (day > YEAR_END + 10)
    drawn = _as_reported(rng, periods, counted, until, first, targets)
    frame = pd.DataFrame(
        {"period": np.concatenate([period[outside], drawn[0]]), "day": np.concatenate([day[outside], drawn[1]])}
    )
    frame = frame.sort_values(["period", "day"], kind="stable", ignore_index=True)
    starts, ends = entered[frame["period"]], until[frame["period"]]
    within = ((frame["day"] > starts + 2) & (frame["day"] < ends - 2)).to_numpy()
    within &= ~periods["short_break"].to_numpy()[frame["period"]]
    frame = frame[within].reset_index(drop=True)
    after_last = frame["day"] - frame["day"].shift(fill_value=0)
    same = frame["period"] == frame["period"].shift(fill_value=-1)
    return frame[~(same & (after_last < _APART))].reset_index(drop=True)


def _by_chance(rng: np.random.Generator, periods: pd.DataFrame, until: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    count = len(periods)
    entered = periods["entered"].to_numpy()
    length = np.maximum(until - entered, 1).astype(np.int64)
    restless = np.where(chance(rng, 12, count), 3, 1)
    teenage = np.where((entered - periods["dob"]) > 11 * YEAR, 3, 2)
    # on average one move in eight years of settled care, one in five of a teenager's
    hundredths = length * restless * teenage * 100 // (15 * YEAR)
    later = (hundredths * rng.integers(0, 200, count) // 100 + rng.integers(0, 100, count)) // 100
    period, _ = numbers_within(later)
    day = entered[period] + rng.integers(0, 1 << 31, len(period)) % length[period]
    early = np.flatnonzero(chance(rng, 38, count) & (length > 30))
    soon = entered[early] + between(rng, 4, np.minimum(length[early] - 4, 130), len(early))
    # who is adopted has lived with the adopters for some months
    adopted = np.flatnonzero((periods["outcome"] == ADOPTED).to_numpy())
    placed = until[adopted] - between(rng, 110, 230, len(adopted))
    return np.concatenate([period, early, adopted]), np.concatenate([day, soon, placed]).astype(np.int32)


def _as_reported(
    rng: np.random.Generator,
    periods: pd.DataFrame,
    counted: np.ndarray,
    until: np.ndarray,
    first: int,
    targets: Targets,
) -> tuple[np.ndarray, np.ndarray]:
    """Moves from day `first` to the year's end of the children counted then."""
    entered = periods["entered"].to_numpy()
    last = np.minimum(YEAR_END, until - 3)
    begins = np.maximum(entered + 3, YEAR_BEGINS)
    days = last - begins
    long = counted & (add_months(entered, _MONTHS_LONG) <= YEAR_END)
    stable = np.zeros(len(periods), dtype=bool)
    stable[choose(rng, long, int(long.sum() * _STABLE + 0.5))] = True
    unsettled = long & ~stable
    before_only = np.zeros(len(periods), dtype=bool)
    before_only[choose(rng, unsettled, int(unsettled.sum()) * 35 // 100)] = True
    # of the children not so long in care, those who are newest moved least
    rest = counted & ~long
    wanted = targets.scaled(_ONE_PLACEMENT) - int(stable.sum()) - int(before_only.sum())
    still = np.zeros(len(periods), dtype=bool)
    still[choose(rng, rest, wanted, np.where(days < 40, 1000.0, 1.0))] = True
    movers = counted & ~stable & ~before_only & ~still
    number = np.where(movers, 1, 0)
    often = choose(rng, movers & (days > 60), targets.scaled(_MORE_THAN_TWO))
    number[often] = 2 + chance(rng, 35, len(often))
    period, place = numbers_within(number)
    width = np.maximum(days[period] // number[period], 1)
    # each in a part of the year of its own, a few days short of the next one's
    day = begins[period] + place * width + rng.integers(0, 1 << 31, len(period)) % np.maximum(width - _APART, 1)
    earlier = np.flatnonzero(before_only)
    begins_before = np.maximum(entered[earlier] + 3, first)
    day_before = between(rng, begins_before, YEAR_BEGINS - 2, len(earlier))
    return np.concatenate([period, earlier]), np.concatenate([day, day_before]).astype(np.int32)
