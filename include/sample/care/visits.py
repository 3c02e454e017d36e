"""Social workers' visits to children in care, a year at a time; in the weeks before the annual report as it counts."""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import in_care_on
from include.sample.chance import between, chance, choose, flags, numbers_within, stream
from include.sample.days import NEVER, YEAR, birthday
from include.sample.recording import recorded, with_corrections, with_mistakes
from include.sample.register import Register
from include.sample.targets import GO_LIVE, YEAR_END, Targets, day

SEEN_WITHIN = 42
_SEEN = 474  # of 649 children in the six weeks before the day of the report
_FIRST_VISIT, _A_YEARS_IDS = 8_000_101, 20_000_000
_MISTAKES = 15_000_000  # ids of entries made twice


def visit_register(seed: int, periods: pd.DataFrame, known: np.ndarray, last_night: int, targets: Targets) -> Register:
    """ssd.cla_visits up to a night: one in the first week, then about every six weeks, every three months once settled.

    `known` says when each period of care was recorded: a visit waits for the child's entry.
    """
    years = range(GO_LIVE // 365 + 1970, int(str(np.datetime64(last_night, "D"))[:4]) + 1)
    frames = [_of_year(stream(seed, f"visits {year}"), year, periods, known, targets) for year in years]
    frame = pd.concat(frames, ignore_index=True)
    return Register(frame)


def _of_year(
    rng: np.random.Generator, year: int, periods: pd.DataFrame, known: np.ndarray, targets: Targets
) -> pd.DataFrame:
    begins, ends = max(day(f"{year}-01-01"), GO_LIVE), day(f"{year + 1}-01-01")
    entered, left = periods["entered"].to_numpy(), np.minimum(periods["left"].to_numpy(), NEVER)
    rows = np.flatnonzero((entered < ends) & (left > begins))
    first, last = np.maximum(entered[rows], begins), np.minimum(left[rows], ends)
    settled = (first - entered[rows] > 2 * YEAR) & (periods["person_id"].to_numpy()[rows] % 3 != 0)
    apart = np.where(settled, 80, 37)
    count = (last - first) // apart + 1
    place, number = numbers_within(count)
    period = rows[place]
    wobble = between(rng, -9, 12, len(period))
    new = (number == 0) & (first[place] == entered[period])
    wobble = np.where(new, between(rng, 1, 6, len(period)), wobble)
    # the year's first visit of a child in care already is a while into it
    offset = np.where(new, 0, np.where(first[place] == entered[period], 0, apart[place] // 2))
    on = first[place] + number * apart[place] + offset + wobble
    weekend = np.maximum((on + 3) % 7 - 4, 0)
    on = on - weekend
    held = (on >= first[place]) & (on < last[place]) & ~chance(rng, 4, len(on))
    period, on = period[held], on[held]
    count = len(on)
    seen = chance(rng, 95, count)
    if begins <= YEAR_END < ends:
        period, on, seen = _as_reported(rng, periods, period, on, seen, targets)
        count = len(on)
    dob = periods["dob"].to_numpy()[period]
    old_enough = birthday(dob, 4) <= on
    alone = seen & old_enough & chance(rng, 78, count)
    order = np.argsort(on, kind="stable")
    period, on, seen, alone = period[order], on[order], seen[order], alone[order]
    recorded_on = np.maximum(recorded(rng, on), known[period])
    rows = pd.DataFrame(
        {
            "clav_cla_visit_id": _FIRST_VISIT + (year - 2014) * np.int64(_A_YEARS_IDS) + np.arange(count),
            "clav_cla_id": periods["cla_id"].to_numpy()[period],
            "clav_person_id": periods["person_id"].to_numpy()[period],
            "clav_cla_visit_date": on.astype(np.int32),
            "clav_cla_visit_seen": flags(seen),
            "clav_cla_visit_seen_alone": flags(alone),
            "known_from": recorded_on.astype(np.int32),
            "known_until": NEVER,
        }
    )
    rows = with_corrections(rng, rows, "clav_cla_visit_date", (on - between(rng, 1, 9, count)).astype(np.int32), 6)
    first_id = _FIRST_VISIT + (year - 2014) * np.int64(_A_YEARS_IDS) + _MISTAKES
    return with_mistakes(rng, rows, "clav_cla_visit_id", 9, int(first_id))


def _as_reported(
    rng: np.random.Generator,
    periods: pd.DataFrame,
    period: np.ndarray,
    on: np.ndarray,
    seen: np.ndarray,
    targets: Targets,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As many of the children of the report seen in its last six weeks as it says; the others were not."""
    counted = in_care_on(periods, YEAR_END, as_reported=True)
    window = (on >= YEAR_END - SEEN_WITHIN) & (on <= YEAR_END)
    visited = np.zeros(len(periods), dtype=bool)
    visited[period[window & seen]] = True
    quota = targets.scaled(_SEEN)
    surplus = int((visited & counted).sum()) - quota
    dropped = np.zeros(len(periods), dtype=bool)
    dropped[choose(rng, visited & counted, surplus)] = True
    # who entered but days ago is visited in the first week whatever else
    latest = np.minimum(YEAR_END, periods["left"].to_numpy() - 1)
    entered = periods["entered"].to_numpy()
    may = counted & ~visited & (entered < YEAR_END - 10) & (latest > YEAR_END - SEEN_WITHIN + 12)
    added = choose(rng, may, -surplus)
    low = np.maximum(entered[added] + 1, YEAR_END - SEEN_WITHIN + 3)
    more = between(rng, low, latest[added], len(added))
    more = np.where((more + 3) % 7 >= 5, more - 2, more)
    kept = ~(window & seen & dropped[period])
    # in that window every other visit of a child counted as not seen stays one at which it was not seen
    return (
        np.concatenate([period[kept], added]),
        np.concatenate([on[kept], np.maximum(more, low)]),
        np.concatenate([seen[kept], np.ones(len(added), dtype=bool)]),
    )
