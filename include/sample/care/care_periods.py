"""Who comes into care and who leaves it, half-year by half-year: children and their periods of care.

The numbers who start and who are in care at the end of a half are drawn to `targets`; so are the reasons for which
children left in the halves the annual report speaks of. Who it is, is chance weighted by age and time in care.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, draw, fit, stream
from include.sample.days import NEVER, YEAR, birthday
from include.sample.families import ages_in_days, families, together
from include.sample.targets import GO_LIVE, RETURN_KNOWN_ON, YEAR_END, Half, Targets, halves

_AGES = {
    (0, 10): 14, (11, 364): 8, (365, 5 * YEAR): 22, (5 * YEAR, 10 * YEAR): 19, (10 * YEAR, 14 * YEAR): 17,
    (14 * YEAR, 16 * YEAR): 13, (16 * YEAR, 17 * YEAR + 200): 7,
}  # fmt: skip
_OLDEST = 17 * YEAR + 300
_NEEDS = {"N1": 62, "N2": 3, "N3": 4, "N4": 10, "N5": 15, "N6": 3, "N8": 3}
ADOPTED, GUARDIAN, HOME, ARRANGEMENTS, OTHER, ADULT = range(6)
"""How a period ends: adopted, with a guardian, home, by a child arrangements order, otherwise, come of age."""
_SHARES = {ADOPTED: 22, GUARDIAN: 27, HOME: 36, ARRANGEMENTS: 4}  # in a hundred of those who leave before they are 18
# Of the hundred who left in the half the report speaks of, and of all who left in that half of the year before.
_LEAVERS = {
    (2023, 2): {GUARDIAN: 21, ADOPTED: 19, HOME: 26},
    (2022, 2): {HOME: 0.57, ADOPTED: 0.1, GUARDIAN: 0.1, ARRANGEMENTS: 0.0},
}
_LEAVERS_KNOWN = 100
_TURNING_18 = {(2023, 2): 29, (2022, 2): 18}  # in a hundred leavers, at most; 55 in other halves
_LATE_ENDINGS = 15
_SHORT_BREAKS = 2.4  # series that begin in half a year
_NEEDS_ABUSE, _UASC, _REPEAT = {(2023, 2): 37}, {(2023, 2): 6}, {(2023, 2): 3}
_REASONS = {
    ADOPTED: {"E11": 9, "E12": 1},
    GUARDIAN: {"E45": 6, "E46": 3, "E47": 1},
    HOME: {"E4A": 8, "E4B": 2},
    ARRANGEMENTS: {"E41": 1},
    OTHER: {"E8": 10, "E13": 5, "E3": 3, "E9": 1},
    ADULT: {"E5": 6, "E6": 3, "E7": 1},
}


@dataclass
class _Lives:
    """All children and periods so far, one period a row; grows half by half."""

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


def care_periods(seed: int, targets: Targets) -> pd.DataFrame:
    """Every period of care, by the day it began: `child` (number), `family`, `dob`, `entered`, `left` (NEVER:
    still), `outcome` (ADOPTED to ADULT, -1: still in care), `left_reason`, `need`, `uasc`, `earlier` (had one before),
    `life` (the child it really is: another number only for one who was adopted and came back), `left_known_late`,
    `short_break` (a series of them, no full care).
    """
    lives = _Lives()
    for half in halves():
        rng = stream(seed, f"care {half.year} {half.number}")
        _start(rng, lives, half, targets)
        _leave(rng, lives, half, targets)
    _short_breaks(seed, lives, targets)
    frame = pd.DataFrame(lives.columns)
    frame = frame.sort_values(["entered", "child"], kind="stable", ignore_index=True)
    rng = stream(seed, "reasons for leaving")
    reason = np.full(len(frame), "", dtype="<U3")
    for outcome, weights in _REASONS.items():
        of_outcome = frame["outcome"].to_numpy() == outcome
        reason[of_outcome] = draw(rng, weights, int(of_outcome.sum()))
    # a few seeking asylum are found to be adults, a few children die
    reason[(frame["uasc"] & (frame["outcome"] == OTHER)).to_numpy() & chance(rng, 30, len(frame))] = "E15"
    frame["left_reason"] = reason
    return frame


def _start(rng: np.random.Generator, lives: _Lives, half: Half, targets: Targets) -> None:
    count = targets.care_starts(half)
    again = _repeats(rng, lives, half, targets, count)
    new = count - len(again)
    uasc = np.zeros(new, dtype=bool)
    uasc[choose(rng, ~uasc, targets.scaled(_UASC.get(half.key, max(0, half.year - 2005) * 0.45)))] = True
    family = families(rng, new, alone=uasc)
    entered = together(_working_days(rng, half, new), family)
    age = np.where(uasc, between(rng, 15 * YEAR + 100, 17 * YEAR + 300, new), ages_in_days(rng, _AGES, family, _OLDEST))
    child = lives.children + np.arange(new)
    life, dob = child.copy(), (entered - age).astype(np.int32)
    if half.number == 1 and lives.columns:
        returned = _adopted_children(rng, lives, half)[: targets.scaled(1)]
        places = choose(rng, ~uasc & (np.bincount(family, minlength=new)[family] == 1), len(returned))
        returned = returned[: len(places)]
        life[places], dob[places] = lives["life"][returned], lives["dob"][returned]
    needs = np.where(uasc, "N8", together(draw(rng, _NEEDS, new), family))
    lives.children += new
    back = _back_again(rng, lives, again, half)
    both = {
        "child": child, "family": lives.families + family, "life": life, "dob": dob, "entered": entered,
        "uasc": uasc, "need": needs, "earlier": np.zeros(new, dtype=bool),
    }  # fmt: skip
    lives.families += int(family.max(initial=-1)) + 1
    both = {name: np.concatenate([values, back[name]]) for name, values in both.items()}
    if half.key in _NEEDS_ABUSE:
        abuse = fit(rng, both["need"] == "N1", ~both["uasc"], targets.scaled(_NEEDS_ABUSE[half.key]))
        both["need"] = np.where(abuse, "N1", np.where(both["need"] == "N1", "N5", both["need"]))
    every = len(both["child"])
    lives.add(
        **both,
        left=np.full(every, NEVER, dtype=np.int32),
        outcome=np.full(every, -1, dtype=np.int8),
        left_known_late=np.zeros(every, dtype=bool),
        short_break=np.zeros(every, dtype=bool),
    )


def _short_breaks(seed: int, lives: _Lives, targets: Targets) -> None:
    """Disabled children with series of short breaks: some years each, and never counted with the others."""
    rng = stream(seed, "short breaks")
    years = np.repeat([half.begins for half in halves()], targets.scaled(_SHORT_BREAKS, least=1))
    count = len(years)
    entered = years + between(rng, 0, 180, count)
    dob = entered - between(rng, 6 * YEAR, 15 * YEAR, count)
    left = np.minimum(entered + between(rng, 300, 1500, count), birthday(dob, 18) - 1)
    lives.add(
        child=lives.children + np.arange(count), family=lives.families + np.arange(count),
        life=lives.children + np.arange(count), dob=dob, entered=entered, uasc=np.zeros(count, dtype=bool),
        need=np.full(count, "N2"), earlier=np.zeros(count, dtype=bool), left=left.astype(np.int32),
        outcome=np.full(count, HOME, dtype=np.int8), left_known_late=np.zeros(count, dtype=bool),
        short_break=np.ones(count, dtype=bool),
    )  # fmt: skip
    lives.children += count
    lives.families += count


def _working_days(rng: np.random.Generator, half: Half, count: int) -> np.ndarray:
    """Days of a half on which children come into care: seldom at a weekend, fewer in August and at Christmas."""
    days = between(rng, half.begins, half.ends - 1, count)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    redrawn = between(rng, half.begins, half.ends - 1, count)
    days = np.where(np.isin(month, (7, 11)) & chance(rng, 35, count), redrawn, days)
    weekend = (days + 3) % 7 >= 5
    return np.where(weekend & (days - 2 >= half.begins), days - 2 * chance(rng, 80, count), days).astype(np.int32)


def _repeats(rng: np.random.Generator, lives: _Lives, half: Half, targets: Targets, count: int) -> np.ndarray:
    """Rows of children who had gone home and come into care again in this half, each child once."""
    quota = targets.scaled(_REPEAT[half.key]) if half.key in _REPEAT else count * 7 // 100
    if not lives.columns:
        return np.zeros(0, dtype=np.int64)
    back_home = np.isin(lives["outcome"], (HOME, OTHER)) & (lives["left"] < half.begins - 60) & ~lives["uasc"]
    back_home &= (lives["left"] > half.begins - 5 * YEAR) & (half.ends - lives["dob"] < 17 * YEAR)
    in_care = lives["child"][lives["left"] == NEVER]
    rows = choose(rng, back_home & ~np.isin(lives["child"], in_care), quota * 2)
    return rows[np.unique(lives["child"][rows], return_index=True)[1]][:quota]


def _back_again(rng: np.random.Generator, lives: _Lives, rows: np.ndarray, half: Half) -> dict[str, np.ndarray]:
    names = ("child", "family", "life", "dob", "uasc", "need")
    if not len(rows):
        empty = {name: np.zeros(0, dtype=np.int64) for name in names} | {"need": np.zeros(0, dtype="<U2")}
        return empty | {"uasc": np.zeros(0, dtype=bool), "entered": np.zeros(0, np.int32), "earlier": np.zeros(0, bool)}
    kept = {name: lives[name][rows] for name in names}
    return kept | {"entered": _working_days(rng, half, len(rows)), "earlier": np.ones(len(rows), dtype=bool)}


def _adopted_children(rng: np.random.Generator, lives: _Lives, half: Half) -> np.ndarray:
    """Rows of children adopted years ago of whom one may come back, under a new id and unlinked; rather of those whose
    old record the case system still has.
    """
    adopted = (lives["outcome"] == ADOPTED) & (lives["left"] < half.begins - 3 * YEAR)
    return choose(
        rng, adopted & (half.ends - lives["dob"] < 15 * YEAR), 3, np.where(lives["left"] >= GO_LIVE, 50.0, 1.0)
    )


def _leave(rng: np.random.Generator, lives: _Lives, half: Half, targets: Targets) -> None:
    still = lives["left"] == NEVER
    quota = max(int(still.sum()) - targets.in_care(half), 0)
    adult_on = birthday(lives["dob"], 18)
    turning = still & (adult_on < half.ends)
    # a half in which more come of age than leave: some were born later
    surplus = int(turning.sum()) - quota * _TURNING_18.get(half.key, 55) // 100
    if surplus > 0:
        later = choose(rng, turning, surplus)
        younger = np.zeros(lives.children, dtype=np.int32)
        younger[lives["child"][later]] = between(rng, 185, 400, len(later))
        lives.columns["dob"] = lives["dob"] + younger[lives["child"]]
        adult_on = birthday(lives["dob"], 18)
        turning = still & (adult_on < half.ends)
    lives["left"][turning], lives["outcome"][turning] = adult_on[turning], ADULT
    rest = quota - int(turning.sum())
    late = targets.scaled(_LATE_ENDINGS) if half.key == (2023, 2) else 0
    drawn_to = _LEAVERS.get(half.key, {})
    for outcome in (ADOPTED, GUARDIAN, HOME, ARRANGEMENTS):
        exactly = drawn_to.get(outcome)
        if exactly is None:
            # the hundred that the report gives in full leave no room for others but of its remainder
            wanted = rest * _SHARES[outcome] // 100 if half.key != (2023, 2) else 0
        else:
            wanted = targets.scaled(exactly) if isinstance(exactly, int) else int(quota * exactly + 0.5)
        _end(rng, lives, half, outcome, wanted)
    if late:
        known = targets.scaled(_LEAVERS_KNOWN)
        in_half = (lives["left"] >= half.begins) & (lives["left"] < half.ends)
        _end(rng, lives, half, OTHER, known - int(in_half.sum()))
        already = lives["left"] != NEVER
        _end(rng, lives, half, HOME, late)
        lives.columns["left_known_late"] |= ~already & (lives["left"] != NEVER)
    left = int(((lives["left"] >= half.begins) & (lives["left"] < half.ends)).sum())
    _end(rng, lives, half, OTHER, quota - left)


def _end(rng: np.random.Generator, lives: _Lives, half: Half, outcome: int, count: int) -> None:
    """End `count` open periods in this half with one outcome, among the children for whom it may be."""
    if count <= 0:
        return
    last = half.ends - 1
    age, days = last - lives["dob"], last - lives["entered"]
    uasc = lives["uasc"]
    may = (lives["left"] == NEVER) & (days > 10) & (birthday(lives["dob"], 18) > half.ends + 20)
    if outcome == ADOPTED:
        may &= (age < 8 * YEAR) & (days > 300) & ~uasc
        weights = np.where(age < 3 * YEAR, 30, np.where(age < 5 * YEAR, 12, 2)) * np.where(days < 1000, 3, 1)
    elif outcome in (GUARDIAN, ARRANGEMENTS):
        may &= (age < 15 * YEAR) & (days > 150) & ~uasc
        weights = np.where(days < 800, 8, np.where(days < 1500, 3, 1)) * np.where(age < 8 * YEAR, 2, 1)
    elif outcome == HOME:
        may &= ~uasc
        weights = np.where(days < 90, 20, np.where(days < 400, 10, np.where(days < 900, 3, 1)))
    else:
        weights = np.where(age > 16 * YEAR, 12, np.where(age > 13 * YEAR, 3, 1))
    rows = choose(rng, may, count, weights * 1.0)
    earliest = np.maximum(lives["entered"][rows] + _least_days(outcome), half.begins)
    left = between(rng, earliest, last, len(rows))
    if outcome == HOME and half.key == (2023, 2):
        left = np.minimum(left, YEAR_END)
    lives["left"][rows], lives["outcome"][rows] = left, outcome


def _least_days(outcome: int) -> int:
    return {ADOPTED: 280, GUARDIAN: 130, ARRANGEMENTS: 130}.get(outcome, 3)


def in_care_on(periods: pd.DataFrame, on: int, *, as_reported: bool) -> np.ndarray:
    """Flags the periods of full care open on a day; `as_reported`: as the annual report knew it."""
    left = periods["left"].to_numpy()
    if as_reported:
        left = np.where(periods["left_known_late"], NEVER, left)
    return ((periods["entered"] <= on) & (left > on) & ~periods["short_break"]).to_numpy() & (
        birthday(periods["dob"].to_numpy(), 18) > on
    )


def known_late_on(rng: np.random.Generator, count: int, targets: Targets) -> np.ndarray:
    """Days after the annual report was written and before the return was made (or soon, where that was made first)."""
    written = targets.report_known_on
    return between(rng, written + 3, max(RETURN_KNOWN_ON - 2, written + 28), count)
