"""Social workers' visits to children in care."""

import numpy as np
import pandas as pd

from include.sample.chance import chance, numbered, stream
from include.sample.days import HORIZON, NOT_YET, REFERENCE_DAY, after, as_days, nearest, weekday
from include.sample.register import Register

_DAYS_BETWEEN = 42


def visit_register(seed: int, periods: pd.DataFrame) -> Register:
    """ssd.cla_visits: one in the first week, then about every six weeks; the worker may write it up days later.

    On the reference day the date of an old visit is corrected.
    """
    rng = stream(seed, "visits")
    entered = as_days(periods["entered"])
    until = as_days(periods["left"].fillna(pd.Timestamp(HORIZON)))
    counts = (until - entered).astype(int) // _DAYS_BETWEEN + 1
    period = np.repeat(np.arange(len(periods)), counts)
    number = np.arange(len(period)) - np.repeat(np.cumsum(counts) - counts, counts)
    wobble = np.where(number == 0, rng.integers(1, 7, len(period)), rng.integers(-9, 16, len(period)))
    frame = periods.loc[period, ["person_id", "cla_id", "dob"]].reset_index(drop=True)
    frame["day"] = weekday(after(entered[period], number * _DAYS_BETWEEN + wobble), "forward")
    frame = frame[frame["day"] < until[period]].reset_index(drop=True)
    count = len(frame)
    seen = chance(rng, 95, count)
    old_enough = frame["day"] - frame["dob"] > pd.Timedelta(days=4 * 365)
    rows = pd.DataFrame(
        {
            "clav_cla_visit_id": numbered(8000101, count),
            "clav_cla_id": frame["cla_id"],
            "clav_person_id": frame["person_id"],
            "clav_cla_visit_date": frame["day"],
            "clav_cla_visit_seen": np.where(seen, "Y", "N"),
            "clav_cla_visit_seen_alone": np.where(seen & old_enough & chance(rng, 80, count), "Y", "N"),
            "known_from": after(as_days(frame["day"]), rng.integers(0, 3, count)),
            "known_until": pd.Series(NOT_YET, range(count), "datetime64[s]"),
        }
    )
    wrong = nearest(rows["clav_cla_visit_date"], after(REFERENCE_DAY, -50), rows["clav_cla_visit_seen"] == "Y")
    corrected = rows.loc[[wrong]].assign(known_from=REFERENCE_DAY)
    corrected["clav_cla_visit_date"] = weekday(after(as_days(corrected["clav_cla_visit_date"]), -2))
    rows.loc[wrong, "known_until"] = pd.Timestamp(REFERENCE_DAY)
    return Register(pd.concat([rows, corrected], ignore_index=True))
