"""What the returns are made from: the tables of the ssd export of the day on which they are delivered."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.contract.codes import codes_not_of_year
from include.contract.model import slice_of_year, source
from include.sample.authority import Authority, sample_authority
from include.sample.days import NEVER, as_dates, birthday, first_of_financial_year
from include.sample.exports import within_window
from include.sample.targets import FIRST_NIGHT, LAST_NIGHT

COUNCIL = "391"
"""The council's number at the Department for Education: the made-up council takes Newcastle upon Tyne's place."""


@dataclass(frozen=True)
class Export:
    """The ssd export of a day: whose, and which day's."""

    authority: Authority
    on: int

    def table(self, name: str, of: str = "ssd") -> pd.DataFrame:
        """A table of it, with the contract's columns: days as numbers, codes categorical, ids with what precedes them.

        Ids that nothing precedes stay whole numbers, -1 for none. `of`: another source's export of that day.
        """
        table = source(of).table(name)
        columns = self.authority.known_on(table.full_name, self.on, tuple(column.name for column in table.columns))
        frame = pd.DataFrame(within_window(table, columns, self.on))
        for column, prefix in self.authority.registers[table.full_name].prefixes.items():
            values = frame[column].to_numpy()
            frame[column] = np.where(values < 0, "", prefix + pd.Series(values).astype(str).to_numpy(dtype=object))
        return frame

    def children(self) -> pd.DataFrame:
        """Everybody known, by id: `dob`, `expected`, `died` (days), `sex` (M, F, U), `ethnicity`, `upn` and
        `upn_unknown` (empty: none).
        """
        rows = self.table("person").drop_duplicates("pers_person_id").set_index("pers_person_id")
        numbers = self.table("linked_identifiers").drop_duplicates("link_person_id", keep="last")
        of_pupil = numbers.set_index("link_person_id")["link_identifier_value"]
        return pd.DataFrame(
            {
                "dob": rows["pers_dob"],
                "expected": rows["pers_expected_dob"],
                "died": rows["pers_death_date"],
                "sex": codes(rows["pers_sex"]),
                "ethnicity": codes(rows["pers_ethnicity"]),
                "upn": of_pupil.reindex(rows.index).fillna("").to_numpy(dtype=object),
                "upn_unknown": codes(rows["pers_upn_unknown"]),
            },
            index=rows.index,
        )


def export_of(on: int, size: float, seed: int, authority: Authority | None = None) -> Export:
    """The export of a day. Raises ValueError for a day on which there is none, and a size that there is not."""
    if not FIRST_NIGHT <= on <= LAST_NIGHT:
        raise ValueError(f"day {as_dates(on)}: the sample authority exports nights from 2017-04-01 to 2031-12-31")
    return Export(authority or sample_authority(seed, size, on), on)


@dataclass(frozen=True)
class ReturnYear:
    """A return year: 1 April of the year in which it begins to 31 March, both included, as days."""

    begins: int

    @property
    def first(self) -> int:
        """1 April."""
        return int(first_of_financial_year(self.begins))

    @property
    def last(self) -> int:
        """31 March."""
        return int(first_of_financial_year(self.begins + 1)) - 1

    @property
    def ends(self) -> int:
        """The year in which it ends, by which the Department for Education names it."""
        return self.begins + 1

    @property
    def slice(self) -> str:
        """As the contract names it: 2022/23."""
        return slice_of_year(self.begins)

    def overlaps(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Which spells have a day in it; a spell's last day is the day it ends on."""
        return (np.asarray(starts) <= self.last) & (np.asarray(ends) >= self.first)

    def until(self, days: np.ndarray) -> np.ndarray:
        """The days, NEVER for those that had not come by 31 March."""
        return np.where(np.asarray(days) <= self.last, days, NEVER)

    def has(self, days: np.ndarray) -> np.ndarray:
        """Which days are in it."""
        return (np.asarray(days) >= self.first) & (np.asarray(days) <= self.last)


def codes(values: pd.Series) -> np.ndarray:
    """Codes as texts, empty for none."""
    return values.astype(object).fillna("").to_numpy(dtype=object)


def day_texts(days: np.ndarray, date_format: str = "%d/%m/%Y") -> np.ndarray:
    """Days as texts, empty for NEVER."""
    days = np.asarray(days)
    there = days < NEVER
    texts = np.full(len(days), "", dtype=object)
    texts[there] = pd.Series(as_dates(days[there])).dt.strftime(date_format).to_numpy(dtype=object)
    return texts


def spell_on(spells: pd.DataFrame, of: str, starts: str, whose: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Places in `spells` of the spell that each of `whose` was in on a day: the last one begun by then, -1 for none.

    `of` and `starts` name the columns that say whose a spell is (a whole number) and on which day it began; `spells`
    stand by both.
    """
    step = np.int64(1 << 32)
    key = spells[of].to_numpy(dtype=np.int64) * step + spells[starts].to_numpy()
    whose = np.asarray(whose, dtype=np.int64)
    place = np.searchsorted(key, whose * step + np.asarray(days), side="right") - 1
    found = (place >= 0) & (spells[of].to_numpy()[place] == whose)
    return np.where(found, place, -1)


def age_on(dob: np.ndarray, on: np.ndarray | int) -> np.ndarray:
    """Whole years of age on a day; -1 before birth."""
    dob, on = np.broadcast_arrays(np.asarray(dob, dtype=np.int64), np.asarray(on, dtype=np.int64))
    usual = np.where(dob < NEVER, dob, 0)
    years = (as_dates(on).astype("datetime64[Y]") - as_dates(usual).astype("datetime64[Y]")).astype(np.int64)
    years = np.where(birthday(usual, years) > on, years - 1, years)
    return np.where(dob <= on, years, -1)


def check_codes(list_name: str, values: pd.Series, year: ReturnYear) -> None:
    """Raise ValueError where a code was not of its year: the seed `code` says which are."""
    wrong = sorted(set(values) & set(codes_not_of_year(list_name, year.ends)))
    if wrong:
        raise ValueError(f"the return of {year.slice} has no {', '.join(wrong)} of {list_name}")
