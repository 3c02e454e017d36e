"""Under what legal status each child is in care: a chain from section 20 to an interim, a full care, a placement order.

A period of care enters the chain somewhere and goes up it; some stay where they are. The stock of each status on the
two days of which the annual report speaks is drawn to its figures by moving steps across those days.
"""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import ADOPTED, HOME, in_care_on
from include.sample.chance import between, chance, choose, stream
from include.sample.days import NEVER, YEAR
from include.sample.targets import YEAR_END, YEAR_END_BEFORE, Targets

STATUSES = ("V2", "C1", "C2", "E1", "L1", "L2", "J1", "V4")
_V2, _C1, _C2, _E1, _L1, _L2, _J1, _V4 = range(8)
# Full care as the report knew it: remanded, section 20, interim, full care order, placement order.
_ON_31_MARCH = {YEAR_END_BEFORE: (2, 98, 112, 408, 51), YEAR_END: (1, 97, 84, 428, 39)}


def legal_statuses(seed: int, periods: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """Legal status spells of every period of care: `period` (its row), `status` (place in STATUSES), `starts`, `ends`.

    They chain: each ends where the next begins, the last with the period.
    """
    rng = stream(seed, "legal statuses")
    count = len(periods)
    entered = periods["entered"].to_numpy()
    first = _entry(rng, periods)
    steps = _steps(rng, periods, first)
    remanded = (first == _V2) & _teenage(periods) & chance(rng, 2.5, count) & _short(periods)
    for on in _ON_31_MARCH:
        in_care = in_care_on(periods, on, as_reported=True)
        remanded[in_care] = False
    before = 0
    for on, stock in _ON_31_MARCH.items():
        in_care = in_care_on(periods, on, as_reported=True)
        # not for long: who is remanded on the one day is not on the other
        new = in_care & _teenage(periods) & (entered > on - 200) & ((on == YEAR_END) | (periods["left"] < YEAR_END - 9))
        remanded[choose(rng, new, targets.scaled(stock[0]))] = True
        _fit(rng, periods, steps, in_care & ~remanded, on, before, [targets.scaled(each) for each in stock[1:]])
        before = on
    steps[remanded | periods["short_break"].to_numpy()] = NEVER
    return _spells(rng, periods, steps, remanded)


def _entry(rng: np.random.Generator, periods: pd.DataFrame) -> np.ndarray:
    """The status a period begins with."""
    age = (periods["entered"] - periods["dob"]).to_numpy()
    percent = np.where(age < 5 * YEAR, 22, np.where(age < 12 * YEAR, 30, 55))
    percent = np.where(periods["outcome"] == HOME, percent + 12, percent)
    voluntary = rng.integers(0, 100, len(periods)) < percent
    return np.where(periods["uasc"] | voluntary, _V2, _C1)


def _steps(rng: np.random.Generator, periods: pd.DataFrame, first: np.ndarray) -> np.ndarray:
    """The days on which a period goes up to C1, C2 and E1 (NEVER: not): one row a period, three columns."""
    count = len(periods)
    entered, left = periods["entered"].to_numpy(), periods["left"].to_numpy()
    adopted = (periods["outcome"] == ADOPTED).to_numpy()
    young = ((entered - periods["dob"]) < 4 * YEAR).to_numpy()
    proceedings = chance(rng, 62, count) | adopted
    interim = np.where(first == _C1, entered, np.where(proceedings, entered + between(rng, 25, 160, count), NEVER))
    interim = np.where(adopted & (first != _C1), entered + between(rng, 10, 60, count), interim)
    goes_on = chance(rng, 90, count) | adopted
    full = np.where((interim < NEVER) & goes_on, interim + between(rng, 150, 330, count), NEVER)
    full = np.where(adopted, np.minimum(full, left - 170), full)
    may_be_adopted = young & (periods["outcome"] == -1).to_numpy() & chance(rng, 30, count)
    placed = np.where(adopted, np.maximum(full + 1, left - between(rng, 240, 520, count)), NEVER)
    placed = np.where(may_be_adopted & (full < NEVER), full + between(rng, 20, 200, count), placed)
    steps = np.stack([interim, full, placed], axis=1)
    steps[periods["uasc"].to_numpy()] = NEVER
    return steps.astype(np.int32)


def _teenage(periods: pd.DataFrame) -> np.ndarray:
    return (((periods["entered"] - periods["dob"]) > 13 * YEAR) & ~periods["uasc"] & ~periods["short_break"]).to_numpy()


def _short(periods: pd.DataFrame) -> np.ndarray:
    return ((periods["left"] - periods["entered"]) < 200).to_numpy()


def _fit(
    rng: np.random.Generator,
    periods: pd.DataFrame,
    steps: np.ndarray,
    stock: np.ndarray,
    on: int,
    before: int,
    wanted: list[int],
) -> None:
    """Move steps across day `on`, never across `before`, until the stock stands as wanted (V2, C1, C2, E1)."""
    entered = periods["entered"].to_numpy()
    age = on - periods["dob"].to_numpy()
    uasc = periods["uasc"].to_numpy()
    for step in (2, 1, 0):
        reached = stock & (steps[:, step] <= on)
        surplus = int(reached.sum()) - sum(wanted[step + 1 :])
        # the step below was taken last: who took it longest ago goes up first
        below = steps[:, step - 1] if step else entered
        if surplus < 0:
            may = stock & ~reached & (np.maximum(below, before) < np.minimum(on, periods["left"]) - 2) & ~uasc
            if step == 2:
                likely = np.where(age < 6 * YEAR, 50.0, np.where(age < 10 * YEAR, 5.0, 0.1))
                likely[(periods["outcome"] == ADOPTED).to_numpy()] *= 5
            else:
                likely = 1.0 + np.clip(on - below, 0, 1500) / 20
            rows = choose(rng, may, -surplus, likely)
            # an ending recorded after the report may lie before that day
            latest = np.minimum(on, periods["left"].to_numpy()[rows] - 1)
            earliest = np.minimum(np.maximum(below[rows], before) + 1, latest)
            steps[rows, step] = between(rng, earliest, latest, len(rows))
        else:
            since = steps[:, step] - np.maximum(below, before)
            may = reached & (steps[:, step] > before) & (steps[:, step] > entered) & (since > 0)
            if step < 2:
                may &= steps[:, step + 1] > on
            # no adoption without an order
            may &= ((periods["outcome"] != ADOPTED) | (periods["left"] > on + 160)).to_numpy()
            rows = choose(rng, may, surplus, 1.0 + np.clip(steps[:, step] - on + 1500, 0, 1500))
            later = on + between(rng, 4, 90, len(rows))
            for above in range(step, 3):
                taken = steps[rows, above]
                steps[rows, above] = np.where(taken == NEVER, NEVER, np.maximum(taken, later + 30 * (above - step)))


def _spells(rng: np.random.Generator, periods: pd.DataFrame, steps: np.ndarray, remanded: np.ndarray) -> pd.DataFrame:
    """Steps within the period as spells; some begin with police protection or an emergency order."""
    count = len(periods)
    entered, left = periods["entered"].to_numpy(), periods["left"].to_numpy()
    row = np.arange(count)
    first = np.where(steps[:, 0] <= entered, _C1, np.where(remanded, _J1, _V2))
    # a series of short breaks is one agreement: V3 would ask for an episode a break (rules 365 to 367)
    first = np.where(periods["short_break"], _V4, first)
    starts = [entered, *(np.where(steps[:, n] > entered, steps[:, n], NEVER) for n in range(3))]
    status = [first, *(np.full(count, n) for n in (_C1, _C2, _E1))]
    soonest = np.minimum(np.minimum(steps.min(axis=1, where=steps > entered[:, None], initial=NEVER), left), NEVER)
    counted = np.zeros(count, dtype=bool)
    for on in _ON_31_MARCH:
        counted |= (entered <= on) & (entered > on - 9)
    protected = (first == _C1) & chance(rng, 14, count) & (soonest > entered + 12) & ~counted
    emergency = chance(rng, 60, count)
    length = np.where(emergency, 8, 3)
    starts.append(np.where(protected, entered + length, NEVER))
    status.append(np.full(count, _C1))
    status[0] = np.where(protected, np.where(emergency, _L2, _L1), first)
    frame = pd.DataFrame(
        {
            "period": np.tile(row, 5),
            "status": np.concatenate(status).astype(np.int8),
            "starts": np.concatenate(starts).astype(np.int32),
        }
    )
    frame = frame[frame["starts"].to_numpy() < np.minimum(left, NEVER)[frame["period"]]]
    frame = frame.sort_values(["period", "starts", "status"], kind="stable", ignore_index=True)
    frame = frame.drop_duplicates(["period", "starts"], keep="last", ignore_index=True)
    following = frame["starts"].shift(-1, fill_value=0).to_numpy()
    last = (frame["period"] != frame["period"].shift(-1, fill_value=-1)).to_numpy()
    frame["ends"] = np.where(last, left[frame["period"]], following).astype(np.int32)
    return frame


def status_on(statuses: pd.DataFrame, period: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Place in STATUSES of each period's status on a day."""
    key = statuses["period"].to_numpy() * np.int64(1 << 32) + statuses["starts"]
    found = np.searchsorted(key, period * np.int64(1 << 32) + days, side="right") - 1
    return statuses["status"].to_numpy()[found]
