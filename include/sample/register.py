"""What an export knew on a night: each record with the nights it was held, each value from the day it became known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from include.sample.days import NEVER


@dataclass(frozen=True)
class Register:
    """All records of one table, over all nights, in the order of their key.

    `rows` holds the contract's columns and the days [`known_from`, `known_until`) on which the export carries the
    record (without `known_until`: ever since); a record that is corrected stands twice. Days are numbers (NEVER: none),
    ids and other whole numbers -1 for none, tenths where the contract says numeric, codes categorical. `unfolds` says
    for a further column of days which columns are known only from that day on. `prefixes` stand before ids. Further
    columns are never written.
    """

    rows: pd.DataFrame
    unfolds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "known_until" not in self.rows:
            self.rows["known_until"] = NEVER

    def until(self, last_night: int) -> "Register":
        """The same without records that are known only after the last night that will be asked for."""
        return Register(
            self.rows[self.rows["known_from"].to_numpy() <= last_night].reset_index(drop=True),
            self.unfolds,
            self.prefixes,
        )

    def known_on(self, night: int, columns: tuple[str, ...]) -> dict[str, np.ndarray | pd.Categorical]:
        """Those of the columns that the register has, as the export of `night` carries them."""
        known = (self.rows["known_from"].to_numpy() <= night) & (self.rows["known_until"].to_numpy() > night)
        places = np.flatnonzero(known)
        hidden = {
            name: self.rows[known_column].to_numpy()[places] > night
            for known_column, names in self.unfolds.items()
            for name in names
        }
        return {
            name: _without(self.rows[name].array[places], hidden.get(name)) for name in columns if name in self.rows
        }


def _without(values: pd.api.extensions.ExtensionArray, hidden: np.ndarray | None) -> np.ndarray | pd.Categorical:
    """The values, those flagged `hidden` as none."""
    if isinstance(values, pd.Categorical):
        if hidden is None:
            return values
        return pd.Categorical.from_codes(np.where(hidden, -1, values.codes), dtype=values.dtype)
    plain = values.to_numpy()
    if hidden is None:
        return plain
    return np.where(hidden, NEVER if plain.dtype == np.int32 else -1, plain)
