"""Child protection plans, half-year by half-year: who is put on one, who had one before, when it ends.

Starts, the stock at each half's end, repeat plans and lengths are drawn to `targets`. Some plans are those of children
who come into care: they end when care begins. Families begin together, and mostly end together.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, draw, fit, stream
from include.sample.days import NEVER, YEAR, add_months, birthday
from include.sample.families import ages_in_days, families, together
from include.sample.targets import HALF_BEGINS, YEAR_END, YEAR_END_BEFORE, Half, Targets, halves

FIRST_PLANS = HALF_BEGINS - 11 * YEAR
CATEGORIES = ("NEG", "EMO", "PHY", "SAB", "MUL")
_AGES = {
    (-110, -3): 12, (0, 364): 13, (365, 3 * YEAR): 14, (3 * YEAR, 5 * YEAR): 13, (5 * YEAR, 10 * YEAR): 27,
    (10 * YEAR, 15 * YEAR): 18, (15 * YEAR, 17 * YEAR): 3,
}  # fmt: skip
_REPEAT_PERCENT = 23
_REPEATS = {(2023, 2): 48, (2023, 1): 42}
_UNBORN = 20
_NEGLECT_OR_EMOTIONAL = 284
# Of a hundred plans that end: after less than three months, after two years or more; on plans for longer at the end.
_SHORT, _LONG = {(2023, 2): 13}, {(2023, 2): 3, (2022, 2): 12}
_KEPT_LONG = {(2021, 2): 23, (2022, 1): 36, (2022, 2): 12, (2023, 1): 7, (2023, 2): 1}


@dataclass
class _Plans:
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    children: int = 0
    families: int = 0

    def add(self, **columns: np.ndarray) -> None:
        self.columns = {
            name: np.concatenate([self.columns[name], values]) if self.columns else values
            for name, values in columns.items()
        }

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]


def protection_plans(seed: int, periods: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """Every child protection plan by start: `child` (number; those of `periods`, then new ones), `family`, `dob`,
    `starts`, `ends` (NEVER: still), `earlier` (had one before), `into_care`, `category`, `latest_category` (places in
    CATEGORIES), `household` (the family's plans that began on one day).
    """
    rng = stream(seed, "plans that end in care")
    given = _ending_in_care(rng, periods)
    plans = _Plans(children=int(periods["child"].max()) + 1, families=int(periods["family"].max()) + 1)
    for half in halves(FIRST_PLANS):
        rng = stream(seed, f"protection {half.year} {half.number}")
        _start(rng, plans, half, targets, given)
        _end(rng, plans, half, targets)
    frame = pd.DataFrame(plans.columns)
    frame = frame.sort_values(["starts", "family", "child"], kind="stable", ignore_index=True)
    rng = stream(seed, "protection")
    _unborn(rng, frame, targets)
    frame["household"] = frame.groupby(["family", "starts"], sort=False).ngroup()
    _categories(rng, frame, targets)
    return frame


def on_plan_on(plans: pd.DataFrame, on: int) -> np.ndarray:
    """Flags the plans open on a day."""
    return ((plans["starts"] <= on) & (plans["ends"] > on)).to_numpy()


def _ending_in_care(rng: np.random.Generator, periods: pd.DataFrame) -> pd.DataFrame:
    family = periods["family"].to_numpy()
    percent = np.where(periods["need"].isin(["N1", "N5"]), 42, 8)
    drawn = rng.integers(0, 100, int(family.max()) + 1)[family] < percent
    first = ~periods["earlier"] & ~periods["uasc"] & (periods["life"] == periods["child"])
    rows = periods[drawn & first.to_numpy() & (periods["entered"] > FIRST_PLANS + 500).to_numpy()]
    before = between(rng, 40, 420, len(periods))
    entered = rows["entered"].to_numpy()
    starts = entered - together(before, np.unique(rows["family"], return_inverse=True)[1])
    starts = np.maximum(starts, rows["dob"].to_numpy() - 90)
    # no conference at a weekend (rule 8875)
    starts = starts - _days_into_weekend(starts)
    ends = entered + together(between(rng, 1, 14, len(rows)), np.unique(rows["family"], return_inverse=True)[1])
    ends = ends + np.where(_days_into_weekend(ends) > 0, 3 - _days_into_weekend(ends), 0)
    young = (starts < entered - 10) & (ends < birthday(rows["dob"].to_numpy(), 18))
    return pd.DataFrame(
        {"child": rows["child"], "family": rows["family"], "dob": rows["dob"], "starts": starts, "ends": ends}
    )[young]


def _start(rng: np.random.Generator, plans: _Plans, half: Half, targets: Targets, given: pd.DataFrame) -> None:
    of_half = given[((given["starts"] >= half.begins) & (given["starts"] < half.ends)).to_numpy()]
    plans.add(
        child=of_half["child"].to_numpy(),
        family=of_half["family"].to_numpy(),
        dob=of_half["dob"].to_numpy().astype(np.int32),
        starts=of_half["starts"].to_numpy().astype(np.int32),
        ends=of_half["ends"].to_numpy().astype(np.int32),
        earlier=np.zeros(len(of_half), dtype=bool),
        into_care=np.ones(len(of_half), dtype=bool),
    )
    count = max(targets.plan_starts(half) - len(of_half), 0)
    quota = targets.scaled(_REPEATS[half.key]) if half.key in _REPEATS else count * _REPEAT_PERCENT // 100
    again = _repeats(rng, plans, half, quota)
    new = count - len(again)
    family = families(rng, new)
    starts = together(_weekdays(rng, half, new), family)
    dob = starts - ages_in_days(rng, _AGES, family, 17 * YEAR)
    plans.add(
        child=np.concatenate([plans.children + np.arange(new), plans["child"][again]]),
        family=np.concatenate([plans.families + family, plans["family"][again]]),
        dob=np.concatenate([dob, plans["dob"][again]]).astype(np.int32),
        starts=np.concatenate([starts, _weekdays_of(rng, half, plans["family"][again])]).astype(np.int32),
        ends=np.full(count, NEVER, dtype=np.int32),
        earlier=np.concatenate([np.zeros(new, dtype=bool), np.ones(len(again), dtype=bool)]),
        into_care=np.zeros(count, dtype=bool),
    )
    plans.children += new
    plans.families += int(family.max(initial=-1)) + 1


def _weekdays(rng: np.random.Generator, half: Half, count: int) -> np.ndarray:
    days = between(rng, half.begins, half.ends - 1, count)
    weekend = _days_into_weekend(days)
    return np.where(days - weekend >= half.begins, days - weekend, days + 2)


def _days_into_weekend(days: np.ndarray) -> np.ndarray:
    """Saturday 1, Sunday 2, else 0."""
    return np.maximum((days + 3) % 7 - 4, 0)


def _weekdays_of(rng: np.random.Generator, half: Half, family: np.ndarray) -> np.ndarray:
    if not len(family):
        return np.zeros(0, dtype=np.int32)
    return together(_weekdays(rng, half, len(family)), np.unique(family, return_inverse=True)[1])


def _by_family(rng: np.random.Generator, rows: np.ndarray, group: np.ndarray, weights: np.ndarray | None = None):
    """The rows in an order of chance in which those of a group stand together."""
    places = np.unique(group[rows], return_inverse=True)[1]
    keys = rng.random(len(rows) + 1)[places]
    if weights is not None:
        # the heaviest of a family speaks for it
        heaviest = np.zeros(len(rows) + 1)
        np.maximum.at(heaviest, places, weights[rows] * 1.0)
        keys = keys / heaviest[places]
    return rows[np.lexsort((rows, keys))]


def _repeats(rng: np.random.Generator, plans: _Plans, half: Half, quota: int) -> np.ndarray:
    may = (plans["ends"] < half.begins - 75) & (plans["ends"] > half.begins - 6 * YEAR) & ~plans["into_care"]
    may &= half.ends - plans["dob"] < 16 * YEAR + 180
    open_now = plans["child"][plans["ends"] >= half.begins - 75]
    rows = np.flatnonzero(may & ~np.isin(plans["child"], open_now))
    rows = rows[np.unique(plans["child"][rows], return_index=True)[1]]
    return _by_family(rng, rows, plans["family"])[:quota]


def _end(rng: np.random.Generator, plans: _Plans, half: Half, targets: Targets) -> None:
    starts, ends = plans["starts"], plans["ends"]
    still = ends == NEVER
    open_at_end = int((ends >= half.ends).sum())
    quota = max(open_at_end - targets.on_plans(half), 0)
    ended_into_care = (ends >= half.begins) & (ends < half.ends)
    every = quota + int(ended_into_care.sum())
    two_years = add_months(starts, 24)
    turning = still & (birthday(plans["dob"], 18) < half.ends + 30)
    short = still & (starts > half.begins - 80) & (starts < half.ends - 30)
    wanted = int(every * _SHORT.get(half.key, 14) / 100 + 0.5)
    wanted -= int((ended_into_care & (ends < add_months(starts, 3))).sum())
    group = plans["family"] * np.int64(1 << 20) + starts
    rows = _by_family(rng, np.flatnonzero(short), group)[: min(max(wanted, 0), quota)]
    day = _alike(rng, group[rows], starts[rows] + 20, np.minimum(starts[rows] + 85, half.ends - 1), half.begins)
    ends[rows] = day
    quota -= len(rows)
    long = (ends == NEVER) & (two_years < half.ends)
    wanted = int(every * _LONG.get(half.key, 4) / 100 + 0.5)
    # who has been on one longest first, so that few are left who will be on one for years
    longest = _by_family(rng, np.flatnonzero(long), group)
    longest = longest[np.argsort(two_years[longest] > half.begins + 5, kind="stable")]
    rows = longest[: min(wanted, quota)]
    day = _alike(rng, group[rows], np.maximum(two_years[rows], half.begins), np.full(len(rows), half.ends - 1), 0)
    ends[rows] = day
    quota -= len(rows)
    # those who would be on a plan for longer than may be are taken off it before
    kept = targets.scaled(_KEPT_LONG.get(half.key, 14))
    # in the first days of the next half there would be no time left to
    soon = half.ends if half.key == (2023, 2) else half.ends + 6
    reaching = (ends == NEVER) & (two_years < soon) & (two_years > half.begins + 5)
    already = int(((ends == NEVER) & (two_years <= half.begins + 5)).sum())
    rows = _by_family(rng, np.flatnonzero(reaching), group)[max(kept - already, 0) :]
    first = np.concatenate([np.flatnonzero(turning & (ends == NEVER)), rows])
    first = first[np.unique(first, return_index=True)[1]][: max(quota, 0)]
    age = half.ends - starts
    weights = np.where(age < 180, 1, np.where(age < 365, 4, 5))
    may = (ends == NEVER) & (starts < half.ends - 110) & (two_years >= half.ends)
    may[first] = False
    others = _by_family(rng, np.flatnonzero(may), group, weights)[: max(quota - len(first), 0)]
    rows = np.concatenate([first, others])
    latest = np.minimum(half.ends - 1, two_years[rows] - 4)
    ends[rows] = _alike(rng, group[rows], np.maximum(add_months(starts[rows], 3) + 2, half.begins), latest, 0)


def _alike(rng: np.random.Generator, group: np.ndarray, low: np.ndarray, high: np.ndarray, least: int) -> np.ndarray:
    """A day between low and high of each row, the same for rows of a group."""
    if not len(group):
        return np.zeros(0, dtype=np.int32)
    low = np.maximum(low, least)
    return np.minimum(together(between(rng, low, high, len(group)), np.unique(group, return_inverse=True)[1]), high)


def _unborn(rng: np.random.Generator, frame: pd.DataFrame, targets: Targets) -> None:
    """As many children unborn on the two days as the report has; none of them, or of the others, by accident."""
    dob = frame["dob"].to_numpy().copy()
    starts, ends = frame["starts"].to_numpy(), np.minimum(frame["ends"].to_numpy(), NEVER)
    once = ~frame["earlier"].to_numpy() & ~frame["into_care"].to_numpy()
    once &= ~frame["child"].duplicated(keep=False).to_numpy()
    # a child whose plan ends before it was born would never be
    dob = np.where((dob > starts) & (dob > ends - 5), np.maximum(starts - 6, dob - 400), dob)
    for on in (YEAR_END_BEFORE, YEAR_END):
        mine = on_plan_on(frame, on)
        waiting = mine & (dob > on)
        may = mine & (once | waiting) & (starts > on - 95) & (ends > on + 12)
        fitted = fit(rng, waiting, may, targets.scaled(_UNBORN) - int((waiting & ~may).sum()))
        becomes = fitted & ~waiting
        latest = np.minimum(np.minimum(starts + 105, ends - 4), on + 100)
        dob[becomes] = between(rng, on + 2, latest[becomes], int(becomes.sum()))
        born = waiting & ~fitted
        dob[born] = starts[born] - between(rng, 0, 200, int(born.sum()))
    frame["dob"] = dob.astype(np.int32)


def _categories(rng: np.random.Generator, frame: pd.DataFrame, targets: Targets) -> None:
    count = len(frame)
    household = frame["household"].to_numpy()
    initial = together(draw(rng, {0: 44, 1: 39, 2: 9, 3: 5, 4: 3}, count), household)
    mine = on_plan_on(frame, YEAR_END)
    usual = fit(rng, initial < 2, mine, targets.scaled(_NEGLECT_OR_EMOTIONAL))
    initial = np.where(usual == (initial < 2), initial, np.where(usual, chance(rng, 50, count) * 1, 2))
    changed = chance(rng, 9, count)
    latest = np.where(changed & (initial < 2), 1 - initial, initial)
    frame["category"], frame["latest_category"] = initial.astype(np.int8), latest.astype(np.int8)


def category_codes(places: pd.Series) -> pd.Categorical:
    """The categories as codes."""
    return coded(places.to_numpy(), CATEGORIES)
