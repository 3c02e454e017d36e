"""Reviews of children in care: when each fell due, when it was held, how the child took part.

Every period has its reviews by regulation 33, and by regulation 36 where the child may be or is placed for adoption,
whichever is sooner. Some are held late, a few are still due: for the year of the annual report as many as it counts.
"""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import in_care_on
from include.sample.care.legal_statuses import STATUSES
from include.sample.care.placements import PLACED_FOR_ADOPTION
from include.sample.chance import between, chance, choose, draw, stream
from include.sample.days import NEVER, YEAR, add_months, birthday, on_working_day, working_days_after
from include.sample.targets import LAST_HALF, YEAR_BEGINS, YEAR_END, Targets

_ON_TIME_OF_REVIEWS, _ON_TIME_OF_CHILDREN, _TOOK_PART = 0.959, 0.95, 0.982
_NOT_HELD = 9  # of the children whose latest review was not in time: it was due and not held
_LATE = 4.5  # in a hundred, in other years
PARTICIPATION = ("PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")
_PN0, _PN4, _PN7 = 0, 4, 7
_WAYS = {1: 52, 2: 6, 3: 6, 5: 8, 6: 26, 4: 1, 7: 1}
_TOOK_PART_WAYS = {1: 54, 2: 6, 3: 6, 5: 8, 6: 26}


def reviews(
    seed: int, periods: pd.DataFrame, homes: pd.DataFrame, statuses: pd.DataFrame, targets: Targets
) -> pd.DataFrame:
    """Reviews by period and number: `period`, `number` (from 1), `due` (by regulation 33), `held` (NEVER: the child
    left before), `meant` (the day it was planned for), `participation` (place in PARTICIPATION, -1 where not held),
    `late` (held after it was due by regulation 33, and so by every clock).
    """
    rng = stream(seed, "reviews")
    adoption = _adoption_clock(periods, homes, statuses)
    frame = _on_time(rng, periods, adoption)
    _delay(rng, frame, periods, adoption[:, 1][frame["period"]], targets)
    frame["late"] = (frame["held"] > frame["due"]) & (frame["held"] < NEVER)
    frame["participation"] = _participation(rng, frame, periods)
    return frame


def _adoption_clock(periods: pd.DataFrame, homes: pd.DataFrame, statuses: pd.DataFrame) -> np.ndarray:
    """Two columns a period: the day of the placement order and of the placement for adoption (NEVER: none)."""
    clock = np.full((len(periods), 2), NEVER, dtype=np.int32)
    ordered = statuses[(statuses["status"] == STATUSES.index("E1")).to_numpy()]
    clock[ordered["period"], 0] = ordered["starts"]
    placed = homes[np.isin(homes["type"], PLACED_FOR_ADOPTION)].iloc[::-1]
    clock[placed["period"], 1] = placed["starts"]
    return clock


def _on_time(rng: np.random.Generator, periods: pd.DataFrame, adoption: np.ndarray) -> pd.DataFrame:
    """Every review a little before its due date, until one falls after the child has left: that one is never held."""
    period = np.arange(len(periods))
    before = periods["entered"].to_numpy().astype(np.int32)
    left = np.minimum(periods["left"].to_numpy(), LAST_HALF + 2 * YEAR)
    found, number = [], 1
    while len(period):
        due = _due(before, number, periods["short_break"].to_numpy()[period])
        soonest = _soonest(before, due, adoption[period])
        # a first review takes days to bring about, the later ones are booked at the one before
        slack = between(rng, 0, 7 if number == 1 else np.where(soonest - before > 100, 24, 12), len(period))
        meant = on_working_day(np.maximum(soonest - slack, before + 3))
        held = np.where(meant < left[period], meant, NEVER).astype(np.int32)
        found.append(pd.DataFrame({"period": period, "number": number, "due": due, "meant": meant, "held": held}))
        on = held < NEVER
        period, before, number = period[on], held[on], number + 1
    frame = pd.concat(found, ignore_index=True)
    return frame.sort_values(["period", "number"], kind="stable", ignore_index=True)


def _due(before: np.ndarray, number: int, short_break: np.ndarray) -> np.ndarray:
    """The due date of the review after one held (or care begun) on `before`: regulation 33, of short breaks 48."""
    full = working_days_after(before, 20) if number == 1 else add_months(before, 3 if number == 2 else 6)
    return np.where(short_break, add_months(before, 3 if number == 1 else 6), full).astype(np.int32)


def _soonest(before: np.ndarray, due: np.ndarray, adoption: np.ndarray) -> np.ndarray:
    """That due date, or the one by regulation 36 where it is sooner."""
    ordered, placed = adoption[:, 0], adoption[:, 1]
    sooner = (ordered < due) & (ordered >= before)
    soonest = np.where(sooner, np.minimum(due, add_months(np.where(sooner, ordered, 0), 3)), due)
    # placed: within four weeks, three months after that, then six
    sooner = (placed < soonest) & (placed >= before)
    soonest = np.where(sooner, np.minimum(soonest, np.where(sooner, placed, 0) + 28), soonest)
    just_placed = (before - placed >= 0) & (before - placed <= 28) & (placed < NEVER)
    return np.where(just_placed, np.minimum(soonest, add_months(before, 3)), soonest).astype(np.int32)


def _delay(
    rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame, placed: np.ndarray, targets: Targets
) -> None:
    """Put some reviews off beyond their due date; those after stay in time, for their due dates only move on.

    `placed`: the day on which each review's child was placed for adoption.
    """
    held, due = frame["held"].to_numpy(), frame["due"].to_numpy()
    following = np.where(frame["period"] == frame["period"].shift(-1, fill_value=-1), frame["meant"].shift(-1), NEVER)
    left = np.minimum(periods["left"].to_numpy()[frame["period"]], NEVER)
    at_most = np.minimum(np.minimum(following, left) - 12, due + 45).astype(np.int64)
    may = (held < NEVER) & (at_most > due + 4)
    # a placement for adoption begins a clock of its own
    may &= ~((placed > np.append(0, held[:-1])) & (placed <= at_most))
    of_year = (held >= YEAR_BEGINS) & (held <= YEAR_END)
    # of those in the year of the report a review stays in it; those of other years stay out of it
    stays_before = (due < YEAR_BEGINS - 60) | (due > YEAR_END)
    late = may & ~of_year & stays_before & chance(rng, _LATE, len(frame))
    newest, waiting = _latest_as_reported(rng, frame, periods, may, targets)
    held[waiting] = on_working_day(YEAR_END + between(rng, 9, 30, len(waiting)), "forward")
    of_year[waiting] = False
    # where the one before is late too, the due date moves on and this one would be in time
    late[_before(frame, np.concatenate([newest, waiting]))] = False
    late[newest] = True
    wanted = int(of_year.sum() * (1 - _ON_TIME_OF_REVIEWS) + 0.5) - len(newest)
    next_held = np.append(held[1:], NEVER)
    inner = may & of_year & (np.append(frame["period"].to_numpy()[1:], -1) == frame["period"]) & (next_held <= YEAR_END)
    inner &= at_most <= YEAR_END
    inner[_before(frame, np.flatnonzero(late))] = False
    inner[_before(frame, waiting)] = False
    inner[np.minimum(np.flatnonzero(late) + 1, len(late) - 1)] = False
    late[_apart(choose(rng, inner & ~late, len(frame)), rng, wanted)] = True
    rows = np.flatnonzero(late)
    bound = at_most[rows]
    bound = np.where(of_year[rows], np.minimum(bound, YEAR_END), bound)
    day = on_working_day(due[rows] + between(rng, 3, 3 + np.minimum(bound - due[rows] - 3, 24), len(rows)))
    held[rows] = np.where(day > due[rows], day, on_working_day(due[rows] + 1, "forward"))
    frame["held"] = held
    # every due date again, by the review that was held before
    again = frame["number"].to_numpy() > 1
    before = np.append(0, held[:-1])
    moved_on = np.append(False, (held != frame["meant"].to_numpy())[:-1]) & again
    breaks = periods["short_break"].to_numpy()[frame["period"]]
    interval = np.where((frame["number"] == 2) & ~breaks, 3, 6)[moved_on]
    frame.loc[moved_on, "due"] = np.maximum(due[moved_on], np.minimum(add_months(before[moved_on], interval), NEVER))


def _before(frame: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """The rows of the same period's reviews before these."""
    return rows[frame["number"].to_numpy()[rows] > 1] - 1


def _apart(rows: np.ndarray, rng: np.random.Generator, count: int) -> np.ndarray:
    """`count` of the rows, no two of them next to each other."""
    odd = rows[rows % 2 == rng.integers(0, 2)]
    return odd[np.sort(rng.permutation(len(odd))[: max(count, 0)])]


def _latest_as_reported(
    rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame, may: np.ndarray, targets: Targets
) -> tuple[np.ndarray, np.ndarray]:
    """Reviews to hold late in the year so that they are the child's latest, and reviews to leave due and not held."""
    counted = in_care_on(periods, YEAR_END, as_reported=True)
    mine = counted[frame["period"]]
    held, due = frame["held"].to_numpy(), frame["due"].to_numpy()
    past = mine & (held <= YEAR_END)
    latest = past & ~np.append(past[1:] & (frame["period"].to_numpy()[1:] == frame["period"].to_numpy()[:-1]), False)
    # a child is counted once its first review was held or due
    reviewed = len(np.unique(frame["period"][past | (mine & (due <= YEAR_END))]))
    untimely = int(reviewed * (1 - _ON_TIME_OF_CHILDREN) + 0.5)
    left = periods["left"].to_numpy()[frame["period"]]
    # of the children whose ending was not yet known, some seemed to have missed one
    missed = int((mine & (held == NEVER) & (due <= YEAR_END)).sum())
    not_held = min(max(targets.scaled(_NOT_HELD) - missed, 0), untimely)
    waiting = latest & (held > YEAR_END - 40) & (frame["number"] > 1) & (due <= YEAR_END) & (left > YEAR_END + 60)
    waiting &= due > YEAR_END - 30
    rows = choose(rng, waiting, not_held)
    may_be_late = latest & may & (held >= YEAR_BEGINS) & (due < YEAR_END - 12)
    may_be_late[rows] = False
    return choose(rng, may_be_late, untimely - len(rows) - missed), rows


def _participation(rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame) -> np.ndarray:
    """How each child took part; under four PN0. In the year of the report few children took no part in any."""
    held, period = frame["held"].to_numpy(), frame["period"].to_numpy()
    dob = periods["dob"].to_numpy()[period]
    happened = held < NEVER
    four = happened & (birthday(dob, 4) <= held)
    way = draw(rng, _WAYS, len(frame))
    of_year = four & (held >= YEAR_BEGINS) & (held <= YEAR_END)
    child = periods["child"].to_numpy()[period]
    children = np.unique(child[of_year])
    silent = choose(rng, np.ones(len(children), dtype=bool), int(len(children) * (1 - _TOOK_PART) + 0.5))
    quiet = np.isin(child, children[silent])
    took_part = draw(rng, _TOOK_PART_WAYS, len(frame))
    absent = draw(rng, {_PN7: 3, _PN4: 1}, len(frame))
    way = np.where(of_year, np.where(quiet, absent, took_part), way)
    return np.where(happened, np.where(four, way, _PN0), -1).astype(np.int8)
