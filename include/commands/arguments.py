"""What people write after a command, read: a day, a source. What can't be read is said in their words."""

from argparse import ArgumentTypeError
from datetime import date

from include.contract.model import sources


def read_day(text: str) -> date:
    """A day written as 2026-03-31. Raises ArgumentTypeError, which argparse prints, for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"'{text}' is not a day of the calendar; write it as 2026-03-31") from None


def read_year(text: str) -> str:
    """A financial year written as 2022-23. Raises ArgumentTypeError, which argparse prints, for anything else."""
    first, _, second = text.partition("-")
    if not (len(first) == 4 and first.isdigit() and second == f"{(int(first) + 1) % 100:02}"):
        raise ArgumentTypeError(f"'{text}' is not a financial year; write it as 2022-23")
    return text


def read_source(text: str) -> str:
    """The name of a source that has a contract. Raises ArgumentTypeError, which argparse prints, for any other."""
    known = sorted(sources())
    if text not in known:
        raise ArgumentTypeError(f"'{text}' is not a source; the sources are {', '.join(known)}")
    return text


def read_years(text: str) -> list[int]:
    """Years written as 2022 or 2019..2023. Raises ArgumentTypeError, which argparse prints, for anything else."""
    first, _, last = text.partition("..")
    last = last or first
    if not (first.isdigit() and last.isdigit() and len(first) == len(last) == 4 and int(first) <= int(last)):
        raise ArgumentTypeError(f"'{text}' is not a year, nor years; write them as 2022 or 2019..2023")
    return list(range(int(first), int(last) + 1))
