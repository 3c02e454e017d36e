"""Write the seed calendar_day: `python -m include.calendar.working_days`. The bank holidays are those of England."""

import csv
from datetime import date, timedelta

from include.settings import PROJECT

FIRST, LAST = date(2005, 1, 1), date(2035, 12, 31)
SEED = PROJECT / "dbt_project" / "seeds" / "calendar_day.csv"


def calendar_days() -> list[tuple[str, str, str]]:
    """One row a day from FIRST to LAST: the day, whether it is a working day (Y, N), the bank holiday it is.

    Working days are Monday to Friday but for England's bank holidays, their substitutes and the one-offs of
    2011, 2012, 2020, 2022 and 2023 included.
    """
    import holidays  # of the development dependencies: the night reads the seed

    bank_holidays = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST.year, LAST.year + 1))
    rows = []
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        name = bank_holidays.get(day, "")
        rows.append((day.isoformat(), "N" if name or day.weekday() >= 5 else "Y", name))
    return rows


def write() -> None:
    """Write the seed."""
    with SEED.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("calendar_date", "is_working_day", "bank_holiday"))
        writer.writerows(calendar_days())


if __name__ == "__main__":
    write()
