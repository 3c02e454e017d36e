"""The statutory clocks in plain Python, written from the regulations and not from the SQL."""

import calendar
from datetime import date, timedelta

import holidays

BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(1985, 2036))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no bank holiday of England."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def working_days_after(day: date, count: int) -> date:
    """The count-th working day after a day; the day itself is day 0."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def months_after(day: date, months: int) -> date:
    """The same day so many calendar months on, clamped to the end of the month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def reviews_due(started: date, held: list[date], *, short_break: bool, ended: date | None) -> list[tuple]:
    """(number, held or None, due) of each review of a period of care, and of the next one that fell due in it.

    A child who left on or before the due date was not late; one who left after it missed the review.
    Regulation 33: within 20 working days, then 3 months, then 6 months after the review held before. Short breaks,
    regulation 48: within 3 months, then 6.
    """
    found, before = [], started
    for number, day in enumerate([*sorted(set(held)), None], 1):
        if short_break:
            due = months_after(before, 3 if number == 1 else 6)
        elif number == 1:
            due = working_days_after(before, 20)
        else:
            due = months_after(before, 3 if number == 2 else 6)
        if day is None and ended is not None and ended <= due:
            break
        found.append((number, day, due))
        before = day
    return found
