"""Which periods of an incremental source are read on which days: a pure function of the ledger.

A delivery speaks for its period [from, to). One whose period contains earlier ones takes their place from its date on;
one that partly overlaps an earlier one is read on no day, and said to be so.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import psycopg
from psycopg.types.multirange import DateMultirange
from psycopg.types.range import DateRange

from include.contract.model import source


@dataclass
class Spoken:
    """The days on which each period is read, and for the batches that are not read, which period stands in the way."""

    days: dict[str, list[tuple[date, date | None]]] = field(default_factory=dict)
    refused: dict[tuple[str, date], str] = field(default_factory=dict)


def spoken(batches: Iterable[tuple[date, str]]) -> Spoken:
    """What is read of the batches (date, slice) of an incremental source, a slice being `<from>/<to>` in ISO days."""
    told = Spoken()
    standing: list[tuple[str, str, date]] = []  # disjoint, in order: first day, day after the last, read since
    for batch_date, slice_ in sorted(batches):
        first, until = slice_.split("/")
        begins = bisect_left(standing, (first,))
        if begins and standing[begins - 1][1] > first:
            begins -= 1
        ends = bisect_left(standing, (until,))
        overlapped = standing[begins:ends]
        in_the_way = [period for period in overlapped if period[0] < first or period[1] > until]
        if in_the_way:
            told.refused[slice_, batch_date] = f"{in_the_way[0][0]}/{in_the_way[0][1]}"
            continue
        if [period[:2] for period in overlapped] == [(first, until)]:
            continue  # the same period again
        del standing[begins:ends]
        for other_first, other_until, since in overlapped:
            told.days.setdefault(f"{other_first}/{other_until}", []).append((since, batch_date))
        insort(standing, (first, until, batch_date))
    for first, until, since in standing:
        told.days.setdefault(f"{first}/{until}", []).append((since, None))
    return told


def keep_spoken(connection: psycopg.Connection, source_name: str) -> Spoken:
    """Bring ops.period_spoken to the ledger for an incremental source; what is right already is not written.

    To be called in the transaction, and under the lock, of what changed the ledger. Of other sources it keeps nothing.
    """
    if source(source_name).slice != "period":
        return Spoken()
    told = spoken(
        connection.execute(
            "select batch_date, slice from ops.batch_standing where source = %s", (source_name,)
        ).fetchall()
    )
    slices = list(told.days)
    days = [
        DateMultirange([DateRange(*period) for period in told.days[slice_] if period[0] != period[1]])
        for slice_ in slices
    ]
    connection.execute("delete from ops.period_spoken where source = %s and slice <> all(%s)", (source_name, slices))
    connection.execute(
        "insert into ops.period_spoken as p (source, slice, spoken) "
        "select %s, said.slice, said.spoken from unnest(%s::text[], %s::datemultirange[]) as said (slice, spoken) "
        "on conflict (source, slice) do update set spoken = excluded.spoken where p.spoken <> excluded.spoken",
        (source_name, slices, days),
    )
    return told
