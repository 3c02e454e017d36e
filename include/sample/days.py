"""Days: NumPy datetime64[D] throughout, spells half-open [start, end), NaT for a day that has not come."""

import numpy as np
import pandas as pd

REFERENCE_DAY = np.datetime64("2026-03-31")
"""The night on which every situation is present; staged events happen on it."""
FIRST_NIGHT = np.datetime64("2020-01-01")
"""Before it the authority is too small for an export without empty tables."""
HORIZON = np.datetime64("2026-05-01")
"""Events are made up to this day, not including it."""
NOT_YET = np.datetime64("NaT", "D")


def as_days(days: pd.Series) -> np.ndarray:
    """A pandas column of days as NumPy days."""
    return days.to_numpy().astype("datetime64[D]")


def after(days: np.ndarray | np.datetime64, count: np.ndarray | int) -> np.ndarray:
    """The days `count` calendar days later."""
    return days + np.asarray(count).astype("timedelta64[D]")


def add_months(days: np.ndarray, months: np.ndarray | int) -> np.ndarray:
    """The days `months` calendar months later; where the month is too short, its last day."""
    month = days.astype("datetime64[M]")
    later = month + np.asarray(months).astype("timedelta64[M]")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(later.astype("datetime64[D]") + (days - month.astype("datetime64[D]")), last)


def working_days_after(days: np.ndarray, count: np.ndarray | int) -> np.ndarray:
    """The `count`th working day after each day. Bank holidays are left out: they would only put it later."""
    return np.busday_offset(days, count, roll="backward")


def weekday(days: np.ndarray, roll: str = "backward") -> np.ndarray:
    """Each day, or the nearest working day before (`backward`) or after it (`forward`)."""
    return np.busday_offset(days, 0, roll=roll)


def nearest(days: pd.Series, to: np.datetime64, among: pd.Series | np.ndarray) -> int:
    """Label of the row whose day lies nearest to `to`, the first of equals.

    Raises ValueError where `among` allows no row.
    """
    return (days[among] - pd.Timestamp(to)).abs().idxmin()


def spells(starts: np.ndarray, ends: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Each span [start, end) cut into its count of consecutive spells of like length.

    Returns one row a spell: `position` of the span, `number` from 0, `starts`, `ends`. A span needs ten days a spell.
    """
    position = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
    length = (ends - starts).astype(int)[position]
    wobble = np.where(number > 0, rng.integers(-20, 21, len(position)), 0)
    cut = length * (100 * number + wobble) // (100 * counts[position])
    frame = pd.DataFrame({"position": position, "number": number, "starts": after(starts[position], cut)})
    frame["ends"] = frame.groupby("position")["starts"].shift(-1).fillna(pd.Series(ends[position]))
    return frame
