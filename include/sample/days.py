"""Days as whole numbers (days since 1 January 1970), so that a spell is [start, end) and NEVER is after every day."""

import csv
from functools import cache

import numpy as np

from include.settings import PROJECT

NEVER = np.int32(2**30)
"""The day of what has not come, and may not; later than every day."""
YEAR = 365
_BANK_HOLIDAYS = PROJECT / "dbt_project" / "seeds" / "bank_holiday.csv"


def day(text: str) -> int:
    """The number of an ISO day."""
    return int(np.datetime64(text, "D").astype(np.int64))


def as_dates(days: np.ndarray | int) -> np.ndarray:
    """Days as datetime64[D]."""
    return np.asarray(days, dtype=np.int64).astype("datetime64[D]")


def as_numbers(dates: np.ndarray) -> np.ndarray:
    """datetime64[D] as days."""
    return dates.astype(np.int64).astype(np.int32)


@cache
def working_calendar() -> np.busdaycalendar:
    """Monday to Friday but for England's bank holidays, as the warehouse's own seed has them."""
    with _BANK_HOLIDAYS.open(encoding="utf-8") as handle:
        holidays = [row["bank_holiday_date"] for row in csv.DictReader(handle)]
    return np.busdaycalendar(holidays=np.array(holidays, dtype="datetime64[D]"))


def working_days_after(days: np.ndarray, count: np.ndarray | int) -> np.ndarray:
    """The `count`th working day after each day, which is day 0; before it where `count` is negative."""
    roll = "backward" if np.all(np.asarray(count) >= 0) else "forward"
    return as_numbers(np.busday_offset(as_dates(days), count, roll=roll, busdaycal=working_calendar()))


def on_working_day(days: np.ndarray, roll: str = "backward") -> np.ndarray:
    """Each day, or the nearest working day before (`backward`) or after it (`forward`)."""
    return as_numbers(np.busday_offset(as_dates(days), 0, roll=roll, busdaycal=working_calendar()))


def add_months(days: np.ndarray | int, months: np.ndarray | int) -> np.ndarray:
    """The same day so many calendar months on; where that month is too short, its last day."""
    dates = as_dates(days)
    month = dates.astype("datetime64[M]")
    later = month + np.asarray(months).astype("timedelta64[M]")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return as_numbers(np.minimum(later.astype("datetime64[D]") + (dates - month.astype("datetime64[D]")), last))


def birthday(dob: np.ndarray | int, age: int) -> np.ndarray:
    """The day somebody comes of an age; born on 29 February, on 28 February or the 29th."""
    return add_months(dob, 12 * age)


def financial_year(days: np.ndarray | int) -> np.ndarray:
    """The year in which the financial year of each day begins: 2022 from 1 April 2022 to 31 March 2023."""
    months = as_dates(days).astype("datetime64[M]").astype(np.int64)
    return (months - 3) // 12 + 1970


def first_of_financial_year(year: np.ndarray | int) -> np.ndarray:
    """1 April of each year."""
    months = (np.asarray(year, dtype=np.int64) - 1970) * 12 + 3
    return as_numbers(months.astype("datetime64[M]").astype("datetime64[D]"))
