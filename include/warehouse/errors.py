"""Database errors without data: PostgreSQL's own messages quote the row, these never do."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg_errors


class WarehouseError(Exception):
    """A statement failed. Says what was being done, SQLSTATE and table; never a value of the data."""

    def __init__(self, doing: str, sqlstate: str | None, table: str | None = None, constraint: str | None = None):
        self.doing, self.sqlstate, self.table, self.constraint = doing, sqlstate, table, constraint
        name = ""
        if sqlstate:
            try:
                name = f" ({pg_errors.lookup(sqlstate).__name__})"
            except KeyError:
                name = ""
        where = f" on {table}" if table else ""
        rule = f", constraint {constraint}" if constraint else ""
        super().__init__(f"{doing}: PostgreSQL said {sqlstate or 'connection lost'}{name}{where}{rule}")

    @property
    def transient(self) -> bool:
        """Would the same statement be worth another try (connection, lock or serialisation trouble)?"""
        return self.sqlstate is None or self.sqlstate[:2] in {"08", "40", "53", "57"} or self.sqlstate == "55P03"


@contextmanager
def redacted(doing: str) -> Iterator[None]:
    """Raise any psycopg error inside again as WarehouseError, its message and detail left behind."""
    try:
        yield
    except psycopg.Error as error:
        diagnosis = error.diag
        raise WarehouseError(doing, error.sqlstate, diagnosis.table_name, diagnosis.constraint_name) from None
