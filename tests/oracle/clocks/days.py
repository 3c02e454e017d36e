"""Days as the regulations count them."""

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


def working_days_late(due: date, done: date) -> int:
    """Working days from one day to another: as many after the due day, or, below zero, before it."""
    first, last = sorted((due, done))
    days = sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return days if done > due else -days


def months_after(day: date, months: int) -> date:
    """The same day so many calendar months on, clamped to the end of the month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
