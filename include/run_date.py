"""The date of a run: the one function that says which day a night speaks of."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def today() -> date:
    """The day it is in London by the clock. No figure depends on it: it only tells a delivery dated in the future."""
    return datetime.now(LONDON).date()


def newest_closed_day() -> date:
    """The newest day that is over in London: what a database that only knows how things are now can speak of."""
    return today() - timedelta(days=1)


def run_date(params: dict, data_interval_start: datetime | None) -> date:
    """The day the night's exports speak of: the Param `as_at`, else the date in London on which its interval starts.

    Raises ValueError when neither is there, or `as_at` is not an ISO date.
    """
    if params.get("as_at"):
        return date.fromisoformat(params["as_at"])
    if data_interval_start is None:
        raise ValueError("a manual run needs the Param as_at, the day its exports speak of (YYYY-MM-DD)")
    return data_interval_start.astimezone(LONDON).date()


def known_date(params: dict, as_at: date) -> date:
    """The date of the newest export that the run may know: the Param `known_on`, else `as_at` itself.

    Raises ValueError when `known_on` is not an ISO date.
    """
    return date.fromisoformat(params["known_on"]) if params.get("known_on") else as_at
