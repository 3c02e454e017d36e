"""The ledger as people read it: each batch with its state, its fingerprint and whether history reads it."""

from dataclasses import dataclass
from datetime import date

from include.contract.model import source
from include.history import ledger
from include.history.periods import spoken
from include.warehouse.connection import Role, connect


@dataclass(frozen=True)
class Line:
    """One batch: the last thing that happened to it, and what history makes of it."""

    entry: ledger.Entry
    standing: bool
    not_read_because_of: str | None
    would_be_stopped: bool

    @property
    def state(self) -> str:
        """Its state in words: where the last delivery was refused, history may stand on an earlier one."""
        if self.not_read_because_of:
            return f"{self.entry.state}, not read: overlaps {self.not_read_because_of}"
        if self.entry.state != "recorded" and self.standing:
            return f"{self.entry.state}; history stands on an earlier delivery"
        if self.entry.state == "recorded" and self.would_be_stopped:
            return "recorded; gate 1 would stop it now"
        return self.entry.state


def overview(source_name: str | None = None, newest: int | None = None) -> list[Line]:
    """The batches of a source, or of all, in order of date; only the `newest` so many where that is given."""
    with connect(Role.LOADER, "reading the ledger") as connection:
        entries = ledger.all_latest(connection, source_name, newest)
        standing: dict[str, set[tuple[date, str]]] = {}
        for name, batch_date, slice_ in connection.execute(
            "select source, batch_date, slice from ops.batch_standing"
        ).fetchall():
            standing.setdefault(name, set()).add((batch_date, slice_))
        stopped = connection.execute("select distinct batch_id from quality.batch_result where decision = 'stop'")
        would_be_stopped = {batch_id for (batch_id,) in stopped.fetchall()}
    refused = {
        (name, *batch): other
        for name, batches in standing.items()
        if source(name).slice == "period"
        for batch, other in spoken(batches).refused.items()
    }
    return [
        Line(
            entry,
            (entry.batch_date, entry.slice) in standing.get(entry.source, ()),
            refused.get((entry.source, entry.slice, entry.batch_date)),
            entry.batch_id in would_be_stopped,
        )
        for entry in entries
    ]
