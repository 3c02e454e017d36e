"""Social workers' visits to children on child protection plans; in the weeks before the annual report as it counts."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, fit, flags, numbers_within, stream
from include.sample.days import NEVER, birthday
from include.sample.protection.protection_plans import on_plan_on
from include.sample.recording import recorded, with_corrections
from include.sample.register import Register
from include.sample.targets import GO_LIVE, YEAR_END, Targets, day

SEEN_WITHIN = 28
_SEEN, _ALONE = 281, 167  # of 334 children in the four weeks before the day of the report
_APART = 17
_FIRST, _A_YEARS_IDS = 30_000_101, 20_000_000


def protection_visit_register(
    seed: int, plans: pd.DataFrame, known: np.ndarray, last_night: int, targets: Targets
) -> Register:
    """ssd.cp_visits up to a night; `known` says when each plan was recorded."""
    years = range(GO_LIVE // 365 + 1970, int(str(np.datetime64(last_night, "D"))[:4]) + 1)
    frames = [_of_year(stream(seed, f"protection visits {year}"), year, plans, known, targets) for year in years]
    return Register(pd.concat(frames, ignore_index=True))


def _of_year(
    rng: np.random.Generator, year: int, plans: pd.DataFrame, known: np.ndarray, targets: Targets
) -> pd.DataFrame:
    begins, ends = max(day(f"{year}-01-01"), GO_LIVE), day(f"{year + 1}-01-01")
    starts, until = plans["starts"].to_numpy(), np.minimum(plans["ends"].to_numpy(), NEVER)
    rows = np.flatnonzero((starts < ends) & (until > begins))
    first, last = np.maximum(starts[rows], begins), np.minimum(until[rows], ends)
    place, number = numbers_within((last - first) // _APART + 1)
    plan = rows[place]
    on = first[place] + number * _APART + between(rng, 2, 12, len(plan))
    on = on - np.maximum((on + 3) % 7 - 4, 0)
    held = (on >= first[place]) & (on < last[place]) & ~chance(rng, 12, len(on))
    plan, on = plan[held], on[held]
    seen = chance(rng, 93, len(on))
    alone = seen & (birthday(plans["dob"].to_numpy()[plan], 3) <= on) & chance(rng, 75, len(on))
    if begins <= YEAR_END < ends:
        plan, on, seen, alone = _as_reported(rng, plans, plan, on, seen, alone, targets)
    order = np.argsort(on, kind="stable")
    plan, on, seen, alone = plan[order], on[order], seen[order], alone[order]
    count = len(on)
    frame = pd.DataFrame(
        {
            "cppv_cp_visit_id": _FIRST + (year - 2014) * np.int64(_A_YEARS_IDS) + np.arange(count),
            "cppv_person_id": plans["person_id"].to_numpy()[plan],
            "cppv_cp_plan_id": 450101 + plan,
            "cppv_cp_visit_date": on.astype(np.int32),
            "cppv_cp_visit_seen": flags(seen),
            "cppv_cp_visit_seen_alone": flags(alone),
            "cppv_cp_visit_bedroom": flags(chance(rng, 60, count)),
            "known_from": np.maximum(recorded(rng, on), known[plan]).astype(np.int32),
            "known_until": NEVER,
        }
    )
    # entered for a day too early, though never for one before the plan
    wrong = np.maximum(on - between(rng, 1, 9, count), starts[plan]).astype(np.int32)
    return with_corrections(rng, frame, "cppv_cp_visit_date", wrong, 5)


def _as_reported(
    rng: np.random.Generator,
    plans: pd.DataFrame,
    plan: np.ndarray,
    on: np.ndarray,
    seen: np.ndarray,
    alone: np.ndarray,
    targets: Targets,
) -> tuple[np.ndarray, ...]:
    """In the last four weeks as many seen as the report says, and as many of them alone at the latest visit."""
    counted = on_plan_on(plans, YEAR_END)
    window = (on >= YEAR_END - SEEN_WITHIN) & (on <= YEAR_END) & counted[plan]
    # in that window each child has one visit at most, or none: what it was seen at stands there alone
    visited = np.zeros(len(plans), dtype=bool)
    visited[plan[window & seen]] = True
    starts = plans["starts"].to_numpy()
    visited = fit(rng, visited, counted & ((starts < YEAR_END - 4) | visited), targets.scaled(_SEEN))
    old_enough = visited & (birthday(plans["dob"].to_numpy(), 3) <= YEAR_END)
    by_itself = np.zeros(len(plans), dtype=bool)
    by_itself[choose(rng, old_enough, targets.scaled(_ALONE))] = True
    rows = np.flatnonzero(visited)
    low = np.maximum(starts[rows] + 1, YEAR_END - SEEN_WITHIN + 2)
    new = between(rng, low, YEAR_END - 1, len(rows))
    new = np.maximum(np.where((new + 3) % 7 >= 5, new - 2, new), low)
    latest = _latest(plan, on, (on < YEAR_END - SEEN_WITHIN) & counted[plan] & seen)
    alone = alone & ~(latest & ~visited[plan])
    kept = ~window
    return (
        np.concatenate([plan[kept], rows]),
        np.concatenate([on[kept], new]),
        np.concatenate([seen[kept], np.ones(len(rows), dtype=bool)]),
        np.concatenate([alone[kept], by_itself[rows]]),
    )


def _latest(plan: np.ndarray, on: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Flags each plan's latest visit among some."""
    newest = np.zeros(int(plan.max()) + 1, dtype=np.int64)
    np.maximum.at(newest, plan[among], on[among])
    return among & (newest[plan] == on)
