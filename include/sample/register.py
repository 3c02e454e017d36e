"""What an export knew on a night: each record with the nights it was held, each value from the day it became known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Register:
    """All records of one table, over all nights.

    `rows` holds the contract's columns and the days [known_from, known_until) on which the export carries the record;
    further columns are never written. `unfolds` says for a day which columns are known only from it on; the day
    itself is one of them. Days that are not in it are plans, known as soon as the record is.
    """

    rows: pd.DataFrame
    unfolds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def known_on(self, night: np.datetime64) -> pd.DataFrame:
        """The records as the export of `night` carries them."""
        now = pd.Timestamp(night)
        known = self.rows["known_from"] <= now
        if "known_until" in self.rows:
            known &= ~(self.rows["known_until"] <= now)
        rows = self.rows[known].copy()
        for day, others in self.unfolds.items():
            has_come = rows[day] <= now
            for column in (day, *others):
                rows[column] = rows[column].where(has_come)
        return rows
