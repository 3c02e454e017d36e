"""Recorded history as a plain Python model, written from the design's rules and not from the SQL.

The batches of one table and slice are replayed in order of their dates: what each says, which keys gate 1 holds, and
whether a record came without a key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Said:
    """What one batch says of one table: the good versions by key, the keys gate 1 holds, any record without a key."""

    good: dict[str, tuple]
    held: frozenset[str]
    keyless: bool


def said(records: list[tuple]) -> Said:
    """What a file's records (key or None, usable?, version) come to: the same record twice counts once, records that
    differ under one key are held, and so is one that can't be used."""
    found: dict[str, set[tuple]] = {}
    for key, usable, version in records:
        if key is not None:
            found.setdefault(key, set()).add((usable, version))
    good = {key: next(iter(ways))[1] for key, ways in found.items() if len(ways) == 1 and next(iter(ways))[0]}
    return Said(good, frozenset(found.keys() - good.keys()), any(key is None for key, _, _ in records))


def recorded(batches: dict[date, Said]) -> tuple[dict, dict]:
    """The days on which each (key, version) was said, and each key was held, as lists of [from, until) in order."""
    days = sorted(batches)
    versions: dict[tuple, list] = {}
    held: dict[str, list] = {}
    for day, until in zip(days, [*days[1:], None], strict=True):
        for found, names in ((versions, batches[day].good.items()), (held, batches[day].held)):
            for name in names:
                spans = found.setdefault(name, [])
                if spans and spans[-1][1] == day:
                    spans[-1] = (spans[-1][0], until)
                else:
                    spans.append((day, until))
    return versions, held


def known(
    batches: dict[date, Said], known_on: date, out_of_sight: Callable[[tuple, date], bool] | None = None
) -> dict[str, tuple]:
    """What is read of one slice on a day: key → (version, held?); version None where a held key has no good one.

    `out_of_sight` tells of a version and the first batch without it whether it only left the extract's window.
    """
    good: dict[str, tuple] = {}
    state: dict[str, str] = {}
    gone_since: dict[str, date] = {}
    for day in sorted(day for day in batches if day <= known_on):
        batch = batches[day]
        for key in state.keys() - batch.good.keys() - batch.held:
            if state[key] in ("said", "held"):
                gone_since[key] = day
            if state[key] != "gone":
                state[key] = "unproved" if batch.keyless else "gone"
        good |= batch.good
        state |= dict.fromkeys(batch.held, "held") | dict.fromkeys(batch.good, "said")
    read = {}
    for key, how in state.items():
        if how in ("held", "unproved"):
            read[key] = (good.get(key), True)
        elif how == "said" or (key in good and out_of_sight and out_of_sight(good[key], gone_since[key])):
            read[key] = (good[key], False)
    return read


def ever_good(batches: dict[date, Said], known_on: date) -> dict[str, tuple]:
    """The last good version of each key that was said by a day, whatever became of it since."""
    versions: dict[str, tuple] = {}
    for day in sorted(day for day in batches if day <= known_on):
        versions |= batches[day].good
    return versions


def left_the_window(ended: date | None, first_without: date, *, years: int) -> bool:
    """Did a spell that ended leave a window of so many years, with a margin of a week? An open one never does."""
    return ended is not None and ended < first_without.replace(year=first_without.year - years) + timedelta(days=7)


def combined(by_slice: dict[str, dict[str, tuple]], *, each: bool) -> set[tuple]:
    """(slice, key, version, held?) read of several slices: each of them, or of each key the newest slice's alone."""
    newest = {key: slice_ for slice_ in sorted(by_slice) for key in by_slice[slice_]}
    return {
        (slice_, key, *read)
        for slice_, found in by_slice.items()
        for key, read in found.items()
        if read[0] is not None and (each or newest[key] == slice_)
    }


def periods_read(deliveries: set[tuple[date, date, date]], known_on: date) -> set[tuple[date, date]]:
    """Which periods of an incremental source are read, of deliveries (delivered on, from, to)."""
    read: set[tuple[date, date]] = set()
    for delivered, first, until in sorted(deliveries):
        overlapping = {other for other in read if other[0] < until and first < other[1]}
        if delivered <= known_on and all(first <= other[0] and other[1] <= until for other in overlapping):
            read = read - overlapping | {(first, until)}
    return read
