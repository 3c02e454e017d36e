"""How an event comes to be on record: days or weeks late, sometimes wrong at first, sometimes by mistake.

Before the year's returns the council cleans up: by 10 May what belongs to the year before is entered, put right or
deleted, but for what `care_periods` says is known later still.
"""

import numpy as np
import pandas as pd

from include.sample.chance import between, draw_band
from include.sample.days import NEVER, financial_year, first_of_financial_year

_DELAYS = {(0, 0): 50, (1, 2): 24, (3, 7): 17, (8, 30): 7, (31, 110): 2}
_CLEAN_AFTER = 39  # days after 31 March


def clean_up(days: np.ndarray) -> np.ndarray:
    """The 10 May by which what happened on each day is in order."""
    return first_of_financial_year(financial_year(days) + 1) + _CLEAN_AFTER


def recorded(rng: np.random.Generator, days: np.ndarray, *, at_once: bool = False) -> np.ndarray:
    """When each event is on record; NEVER where it never happens. `at_once`: within the week."""
    band = draw_band(rng, _DELAYS, len(days))
    delay = between(rng, band[:, 0], band[:, 1], len(days))
    if at_once:
        delay = np.minimum(delay, 6)
    happens = days < NEVER
    usual = np.where(happens, days, 0)
    return np.where(happens, np.minimum(usual + delay, clean_up(usual)), NEVER).astype(np.int32)


def with_corrections(
    rng: np.random.Generator, rows: pd.DataFrame, column: str, wrong: np.ndarray, per_thousand: int
) -> pd.DataFrame:
    """Rows of which a few first say something else in a column: `wrong`, one value a row, until they are put right.

    `rows` has `known_from` and `known_until`; the wrong version stands from the one to the day of the correction.
    """
    few = np.flatnonzero(rng.integers(0, 1000, len(rows)) < per_thousand)
    first = rows["known_from"].to_numpy()[few]
    corrected_on = first + between(rng, 2, 120, len(few))
    corrected_on = np.minimum(corrected_on, clean_up(first))
    corrected_on = np.minimum(corrected_on, rows["known_until"].to_numpy()[few])
    few, first, corrected_on = (each[corrected_on > first] for each in (few, first, corrected_on))
    earlier = rows.iloc[few].copy()
    earlier[column] = wrong[few]
    earlier["known_until"] = corrected_on
    right = rows.copy()
    right.iloc[few, right.columns.get_loc("known_from")] = corrected_on
    return pd.concat([right, earlier.astype(right.dtypes.to_dict())], ignore_index=True)


def with_mistakes(
    rng: np.random.Generator, rows: pd.DataFrame, key: str, per_thousand: int, next_id: int
) -> pd.DataFrame:
    """Rows and a few entered twice: the second, under a key of its own, is deleted days or weeks later."""
    few = np.flatnonzero(rng.integers(0, 1000, len(rows)) < per_thousand)
    twice = rows.iloc[few].copy()
    twice[key] = next_id + np.arange(len(few))
    first = twice["known_from"].to_numpy() + between(rng, 0, 3, len(few))
    gone = np.minimum(first + between(rng, 1, 70, len(few)), clean_up(first))
    twice["known_from"], twice["known_until"] = first, np.minimum(gone, twice["known_until"])
    twice = twice[twice["known_until"] > twice["known_from"]]
    return pd.concat([rows, twice.astype(rows.dtypes.to_dict())], ignore_index=True)
