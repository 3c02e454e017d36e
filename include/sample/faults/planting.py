"""Faults on demand: named things that go wrong in real exports, planted one by one and listed where they were.

A fault of a record changes the texts of one table before its file is written; a fault of a file changes its bytes.
"""

import csv
import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from include.contract.model import Table

_AMONG = 50
"""A fault is planted in one of the first so many records that it fits: so it stays where it is from night to night."""


@dataclass(frozen=True)
class Planted:
    """Where a fault is. No field: the whole record; no key either: the whole file."""

    table: str
    key: str
    field: str
    fault: str


@dataclass(frozen=True)
class Night:
    """What a fault may look at: every table of the batch as it was before any fault, and the night."""

    tables: Mapping[str, pd.DataFrame]
    today: str


Change = Callable[["Plot"], None]
FileChange = Callable[[bytes, bytes], bytes]


@dataclass(frozen=True)
class Fault:
    """A fault: its name, the table it is planted in, and what it is, in words.

    Either `change` alters the table's texts, or `of_file` its file, from its bytes and those of the night before;
    where `unpromised`, the manifest still promises what the file should have been.
    """

    name: str
    table: str
    words: str
    change: Change | None = None
    of_file: FileChange | None = None
    unpromised: bool = False


class Plot:
    """One table while a fault is planted in it: picks the record, changes it, and notes what was changed."""

    def __init__(self, fault: str, table: Table, texts: pd.DataFrame, night: Night, taken: set[str]):
        self.fault, self.table, self.texts, self.night = fault, table, texts, night
        self.planted: list[Planted] = []
        self._taken = taken

    @property
    def keys(self) -> pd.Series:
        """The record keys, parts joined by |; where the key is missing, the stand-in marked ~."""
        keys = self.texts[list(self.table.key)].agg("|".join, axis=1)
        if not self.table.stand_in_key:
            return keys
        return keys.where(keys != "", "~" + self.texts[list(self.table.stand_in_key)].agg("|".join, axis=1))

    def pick(self, among: pd.Series | None = None) -> int:
        """Label of a record that no fault has yet, of those flagged in `among`.

        Raises ValueError where there is none.
        """
        free = ~self.keys.isin(self._taken)
        rows = self.texts.index[free if among is None else free & among]
        if not len(rows):
            raise ValueError(f"FAULTS={self.fault}: {self.table.full_name} has no record of this night that it fits")
        return rows[zlib.crc32(self.fault.encode()) % min(len(rows), _AMONG)]

    def put(self, row: int, **values: str) -> None:
        """Change fields of a record."""
        key = self.keys[row]
        self._taken.add(key)
        for name, value in values.items():
            if self.texts.at[row, name] != value:
                self.texts.at[row, name] = value
                self.planted.append(Planted(self.table.full_name, key, name, self.fault))

    def add(self, record: pd.Series) -> None:
        """Add a record at the end."""
        self.texts.loc[len(self.texts)] = record
        key = self.keys[self.texts.index[-1]]
        self._taken.add(key)
        self.planted.append(Planted(self.table.full_name, key, "", self.fault))

    def drop(self, row: int) -> None:
        """Leave a record out."""
        key = self.keys[row]
        self._taken.add(key)
        self.planted.append(Planted(self.table.full_name, key, "", self.fault))
        self.texts.drop(index=row, inplace=True)
        self.texts.reset_index(drop=True, inplace=True)


def plant(
    chosen: Sequence[Fault], tables: Mapping[str, Table], texts: dict[str, pd.DataFrame], today: str
) -> list[Planted]:
    """Plant the faults of records in the texts of a batch's tables, by full name; returns where they are."""
    planted: list[Planted] = []
    taken: dict[str, set[str]] = {}
    as_it_was = Night({name: frame.copy() for name, frame in texts.items()}, today)
    for fault in chosen:
        if fault.change is None or fault.table not in texts:
            continue
        of_table = taken.setdefault(fault.table, set())
        plot = Plot(fault.name, tables[fault.table], texts[fault.table], as_it_was, of_table)
        fault.change(plot)
        planted += plot.planted
    return planted


def listed(planted: Sequence[Planted]) -> bytes:
    """The file of planted faults."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("table", "key", "field", "fault"))
    writer.writerows((each.table, each.key, each.field, each.fault) for each in planted)
    return buffer.getvalue().encode()
