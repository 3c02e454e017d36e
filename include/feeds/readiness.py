"""Are the exports of a night all there, and complete? A half-copied file must not read as a mass deletion."""

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from include.feeds import ssd_database
from include.feeds.batches import MANIFEST, READY
from include.run_date import newest_closed_day
from include.settings import settings

log = logging.getLogger(__name__)


class ExportsMissing(Exception):
    """An awaited export is not there and waiting for it is over."""


@dataclass(frozen=True)
class Readiness:
    """Which awaited sources can be taken, which can't yet, and why."""

    ready: tuple[str, ...]
    waiting: dict[str, str]

    @property
    def complete(self) -> bool:
        """Is every awaited source ready?"""
        return not self.waiting

    def explain(self) -> str:
        """One line: what is missing, where it is looked for, what to do."""
        missing = "; ".join(f"{name}: {why}" for name, why in self.waiting.items())
        return f"exports not ready: {missing}. Deliver them, or change PERMANENCE_NIGHTLY_SOURCES"


def delivery_state(folder: Path, now: datetime) -> str | None:
    """None when a delivery is ready: it has its manifest or `_READY`, or its files have been left alone long enough.

    Otherwise why it is not.
    """
    if not folder.is_dir():
        return f"no delivery at {folder}"
    files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    if not files:
        return f"nothing in {folder}"
    if any(path.name in {MANIFEST, READY} for path in files):
        return None
    quiet_for = now.timestamp() - max(path.stat().st_mtime for path in files)
    if quiet_for < settings().quiet_seconds:
        return f"{folder} has neither {MANIFEST} nor {READY}, and changed within {settings().quiet_seconds} s"
    return None


def readiness(drop_folder: Path, run_date: date, now: datetime) -> Readiness:
    """How the awaited nightly sources stand for the night of `run_date` at the moment `now`."""
    waiting = {}
    for name in settings().awaited_sources:
        folder = drop_folder / name / run_date.isoformat()
        if folder.is_dir() or not ssd_database.is_feed_of(name):
            why = delivery_state(folder, now)
        elif run_date == newest_closed_day():
            why = ssd_database.state()
        else:
            why = None  # a database has nothing of another day, and waiting brings nothing: landing says what there is
        if why:
            waiting[name] = why
    ready = tuple(name for name in settings().awaited_sources if name not in waiting)
    return Readiness(ready, waiting)


def nothing_delivered(run_date: date) -> bool:
    """Is there no delivery of any awaited source for the day? Of a database that speaks of that day there always is."""
    folders = [settings().drop_folder / name / run_date.isoformat() for name in settings().awaited_sources]
    told_by_database = any(map(ssd_database.is_feed_of, settings().awaited_sources)) and run_date == newest_closed_day()
    return bool(folders) and not told_by_database and not any(folder.is_dir() for folder in folders)


def exports_ready(run_date: date, waits_from: datetime | None) -> bool:
    """May the night of `run_date` start? False: not yet, look again.

    A scheduled run waits from `waits_from` for `export_deadline_hours`; a run by hand or of a backfill (None) awaits
    nothing. Raises ExportsMissing, naming each source and what to do, once waiting is over.
    """
    now = datetime.now(UTC)
    found = readiness(settings().drop_folder, run_date, now)
    if found.complete:
        return True
    if waits_from is not None and now < waits_from + timedelta(hours=settings().export_deadline_hours):
        log.info("%s", found.explain())
        return False
    raise ExportsMissing(f"night of {run_date}: {found.explain()}")
