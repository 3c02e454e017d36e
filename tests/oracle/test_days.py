"""The oracle's own days: month ends, Christmas, and the calendar that is committed."""

from datetime import date

import pytest

from include.calendar.bank_holidays import SEED, bank_holidays
from tests.oracle.clocks.days import months_after, working_days_after


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2022, 11, 30), 3, date(2023, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 2, 29), 6, date(2024, 8, 29)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 12, 31), 6, date(2025, 6, 30)),
    ],
)
def test_the_oracle_clamps_months(day, months, expected):
    assert months_after(day, months) == expected


def test_the_oracle_counts_working_days_over_christmas():
    # 26 December 2022 is a bank holiday and 27 December the one in place of Sunday the 25th; so is 2 January
    assert working_days_after(date(2022, 12, 23), 1) == date(2022, 12, 28)
    assert working_days_after(date(2022, 12, 30), 1) == date(2023, 1, 3)


def test_the_committed_bank_holidays_are_those_of_the_package():
    written = [tuple(line.split(",", 1)) for line in SEED.read_text(encoding="utf-8").splitlines()[1:]]
    assert written == bank_holidays()
