"""Write the seed bank_holiday: `python -m include.calendar.bank_holidays`. The bank holidays are those of England."""

import csv

from include.settings import PROJECT

FIRST_YEAR, LAST_YEAR = 1985, 2035
SEED = PROJECT / "dbt_project" / "seeds" / "bank_holiday.csv"


def bank_holidays() -> list[tuple[str, str]]:
    """One row a bank holiday of England from FIRST_YEAR to LAST_YEAR: ISO date and name, by date.

    Substitutes and the one-offs (jubilees, funeral, coronation) included, as the package `holidays` has them.
    """
    import holidays  # of the development dependencies: the night reads the seed

    known = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return [(day.isoformat(), name) for day, name in sorted(known.items())]


def write() -> None:
    """Write the seed."""
    with SEED.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("bank_holiday_date", "bank_holiday"))
        writer.writerows(bank_holidays())


if __name__ == "__main__":
    write()
