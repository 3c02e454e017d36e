"""The episodes that placements and legal statuses make, by the rules of SSDA903, and when each change was recorded.

The changes of one period are entered in their order. What a placement or a status shows on a night is what its
episodes show: so the three tables of one export never contradict each other, however late the entry was.
"""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import known_late_on
from include.sample.chance import stream
from include.sample.days import NEVER
from include.sample.recording import recorded
from include.sample.targets import Targets


def episodes(
    seed: int, periods: pd.DataFrame, statuses: pd.DataFrame, homes: pd.DataFrame, targets: Targets
) -> pd.DataFrame:
    """Episodes by period and day: `period`, `starts`, `ends`, `placement` and `status` (rows of `homes`, `statuses`),
    `start_reason`, `end_reason`, `known_from`, `end_known`.
    """
    rng = stream(seed, "episodes")
    frame = pd.DataFrame(
        {
            "period": np.concatenate([homes["period"], statuses["period"]]),
            "starts": np.concatenate([homes["starts"], statuses["starts"]]).astype(np.int32),
        }
    )
    frame = frame.drop_duplicates().sort_values(["period", "starts"], kind="stable", ignore_index=True)
    period, starts = frame["period"].to_numpy(), frame["starts"].to_numpy()
    for name, spells in (("placement", homes), ("status", statuses)):
        frame[name] = row_on(spells, period, starts)
    first = np.append(True, period[1:] != period[:-1])
    last = np.append(period[1:] != period[:-1], True)
    moved = np.append(True, np.diff(frame["placement"]) != 0)
    ordered = np.append(True, np.diff(frame["status"]) != 0)
    same_carer = homes["same_carer"].to_numpy()[frame["placement"]]
    frame["start_reason"] = np.select(
        [first, ~moved, ~ordered & same_carer, ~ordered, same_carer], ["S", "L", "T", "P", "U"], default="B"
    )
    left = periods["left"].to_numpy()[period]
    frame["ends"] = np.where(last, left, np.append(starts[1:], 0)).astype(np.int32)
    frame["end_reason"] = np.where(last, periods["left_reason"].to_numpy()[period], "X1")
    known = _in_their_order(recorded(rng, starts), np.cumsum(first))
    ending = recorded(rng, periods["left"].to_numpy())
    late = periods["left_known_late"].to_numpy()
    ending = np.where(late, known_late_on(rng, len(periods), targets), ending)
    frame["known_from"] = known
    ends_known = np.where(last, np.maximum(ending[period], known), np.append(known[1:], 0))
    frame["end_known"] = np.where(frame["ends"] < NEVER, ends_known, NEVER).astype(np.int32)
    return frame


def _in_their_order(known: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Within each group the running maximum."""
    step = np.int64(1 << 32)
    return (np.maximum.accumulate(group * step + known) - group * step).astype(np.int32)


def row_on(spells: pd.DataFrame, period: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The row of each period's spell on a day; `spells` stand by period and start."""
    step = np.int64(1 << 32)
    key = spells["period"].to_numpy() * step + spells["starts"].to_numpy()
    return np.searchsorted(key, period * step + days, side="right") - 1


def spell_known(spells: pd.DataFrame, care_episodes: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray]:
    """When each spell of `homes` (`placement`) or `statuses` (`status`) and its end came to be on record."""
    row = care_episodes[name].to_numpy()
    first = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
    last = np.append(first[1:], len(row)) - 1
    known_from = np.zeros(len(spells), dtype=np.int32)
    end_known = np.full(len(spells), NEVER, dtype=np.int32)
    known_from[row[first]] = care_episodes["known_from"].to_numpy()[first]
    end_known[row[last]] = care_episodes["end_known"].to_numpy()[last]
    return known_from, end_known


def period_known(care_episodes: pd.DataFrame, count: int) -> tuple[np.ndarray, np.ndarray]:
    """When each period of care, and its end, came to be on record."""
    period = care_episodes["period"].to_numpy()
    first = np.flatnonzero(np.append(True, period[1:] != period[:-1]))
    last = np.append(first[1:], len(period)) - 1
    assert len(first) == count, "a period without an episode"
    return care_episodes["known_from"].to_numpy()[first], care_episodes["end_known"].to_numpy()[last]
