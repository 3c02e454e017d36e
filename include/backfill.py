"""Years at once: what the drop folder holds of a range of dates, batch by batch into history, then one build of all.

Each batch is landed, gated and recorded before the next one is begun: what is done stays done, and a run that was
stopped goes on where it stopped. The order never matters to what history says (design §5); oldest first reads best.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from include.contract.codes import seed_rows
from include.contract.model import source, sources, year_ending
from include.feeds.batches import batch_dates
from include.feeds.errors import DeliveryError
from include.history import ledger
from include.night import in_state, load_delivery, publish_day, refresh_live
from include.publish.live import day_to_publish
from include.publish.publish import Publication
from include.quality.results import GateStopped
from include.settings import settings
from include.warehouse.connection import Role, connect

log = logging.getLogger(__name__)

Tell = Callable[[str], None]


class BackfillStopped(Exception):
    """A delivery in the range is wrong, and the rest was not to be loaded without it; names it and what to do."""


class NothingInRange(Exception):
    """The drop folder has no delivery of the sources between the two dates."""


@dataclass(frozen=True)
class Delivery:
    """A delivery in the range: a folder of the drop folder, and what the ledger says of it."""

    source: str
    batch_date: date
    states: tuple[str, ...]

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.source} {self.batch_date}"


def deliveries_between(first: date, last: date, names: Collection[str] = ()) -> list[Delivery]:
    """The deliveries dated from `first` to `last`, both included, oldest first; of all sources where none is named.

    Raises NothingInRange; DeliveryError for a folder whose name is no date; ValueError when `last` is before `first`,
    and for a name that is no source's.
    """
    if last < first:
        raise ValueError(f"{last} is before {first}: a range goes from its first day to its last")
    if unknown := set(names) - set(sources()):
        raise ValueError(f"no source is named {', '.join(sorted(unknown))}; there are {', '.join(sorted(sources()))}")
    found = []
    with connect(Role.LOADER, "reading the ledger") as connection:
        for name in sorted(names or sources()):
            for day in batch_dates(settings().drop_folder, name):
                if first <= day <= last:
                    states = tuple(entry.state for entry in ledger.of_date(connection, name, day))
                    found.append(Delivery(name, day, states))
    if not found:
        raise NothingInRange(
            f"{settings().drop_folder} has nothing of {', '.join(sorted(names or sources()))} from {first} to {last}: "
            "deliver it as <source>/<batch date>/, or name other dates"
        )
    return sorted(found, key=lambda delivery: (delivery.batch_date, delivery.source))


def told(delivery: Delivery, *, restate: bool) -> str:
    """One line: what a backfill would do with a delivery."""
    if not delivery.states:
        return f"{delivery.label}: would be loaded"
    known = ", ".join(sorted(set(delivery.states)))
    if restate:
        return f"{delivery.label}: {known}; would be read again where contract, rules or content changed"
    if set(delivery.states) == {"withdrawn"}:
        return f"{delivery.label}: withdrawn; would stay so unless its content changed"
    return f"{delivery.label}: {known}; would be loaded where that is not in history, or its content changed"


def load_range(found: list[Delivery], tell: Tell, *, restate: bool = False, skip_bad: bool = False) -> list[str]:
    """Land, gate and record each delivery, telling each; returns a line for each one that is wrong.

    `restate`: what a changed contract or rule reads differently is read again, and what was withdrawn comes back; else
    what history stands on stays, unless its content changed. `skip_bad`: a wrong delivery is named and left out, and
    the rest is loaded; else BackfillStopped is raised at the first one. Raises WarehouseError.
    """
    wrong = []
    for number, delivery in enumerate(found, 1):
        try:
            lines = _load(delivery, by_hand=restate)
        except (DeliveryError, GateStopped) as error:
            wrong.append(f"{delivery.label}: {error}")
            if not skip_bad:
                raise BackfillStopped(
                    f"{wrong[0]}. {number - 1} of {len(found)} deliveries are in history; put it right and run again, "
                    "or have it left out"
                ) from error
            lines = [f"left out: {wrong[-1]}"]
        for line in lines:
            tell(f"[{number}/{len(found)}] {line}")
    return wrong


def _load(delivery: Delivery, *, by_hand: bool) -> list[str]:
    lines = load_delivery(delivery.source, delivery.batch_date, by_hand=by_hand)
    # a night goes on without a batch of an occasional source that gate 1 stops; whoever asks for years is told
    if stopped := in_state(delivery.source, delivery.batch_date, "stopped"):
        raise GateStopped("; ".join(f"gate 1 stopped {entry.label}: {entry.reason}" for entry in stopped))
    return lines


def newest_night(first: date, last: date) -> date | None:
    """The newest day in the range of which every awaited nightly source is in history; None when there is none."""
    awaited = list(settings().awaited_sources)
    with connect(Role.LOADER, "reading the ledger") as connection:
        (newest,) = connection.execute(
            "select max(batch_date) from (select batch_date from ops.batch_standing where source = any(%s) "
            "and batch_date between %s and %s group by batch_date having count(distinct source) = %s) as days",
            (awaited, first, last, len(awaited)),
        ).fetchone()
    return newest


def newest_return(first: date, last: date) -> tuple[date, date] | None:
    """The newest day that a return in the range tells, and the day on which all of the range is known.

    An SSDA903 tells its year to the end, Ofsted's workbook its own day: who is in care on which day is said by the
    sources that the seed `speaks_for` names. None when none of them is in history.
    """
    names = {row["source"] for row in seed_rows("speaks_for") if row["concept"] == "care"}
    returns = {name: source(name) for name in names if source(name).cadence != "nightly"}
    with connect(Role.LOADER, "reading the ledger") as connection:
        standing = connection.execute(
            "select source, slice, batch_date from ops.batch_standing where batch_date between %s and %s",
            (first, last),
        ).fetchall()
    days = []
    for name, slice_, batch_date in standing:
        if name in returns:
            of_year = returns[name].slice == "return_year"
            days.append(min(batch_date, date(year_ending(slice_), 3, 31)) if of_year else batch_date)
    return (max(days), max(batch_date for *_, batch_date in standing)) if days else None


def publish_range(first: date, last: date) -> Publication | None:
    """Build all days of the range at once, gate and publish: as at its newest night, or at the end of its last return.

    What is live of a newer day stays, and is built again where what is known of it changed; so it does where the range
    has neither a night nor a return of children in care. None: nothing had to be published. Raises as `publish_day`
    does.
    """
    if night := newest_night(first, last):
        return publish_day(*day_to_publish(night, night))
    returned = newest_return(first, last)
    if returned and day_to_publish(*returned) == returned:
        return publish_day(*returned)
    return refresh_live()
