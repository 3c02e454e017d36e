"""What history knows of one record: each version of it, and the dates on which an export said so."""

from dataclasses import dataclass

from include.contract.model import Table
from include.warehouse.connection import Role, connect

_NOT_SHOWN = frozenset({"name", "postcode", "text"})


@dataclass(frozen=True)
class Version:
    """A version: its slice, the dates on which it was said as text, its values by column.

    Names, postcodes and free text are told apart, not shown: `(held)` stands where there is one.
    """

    slice: str
    said: str
    values: dict[str, str]


def versions(table: Table, record_key: str) -> list[Version]:
    """Every version of a record in every slice, oldest first."""
    shown = ", ".join(
        f"case when {column.name} is not null then '(held)' end" if column.kind in _NOT_SHOWN else column.name
        for column in table.recorded_columns
    )
    names = [column.name for column in table.recorded_columns]
    with connect(Role.LOADER, f"reading {table.full_name}") as connection:
        rows = connection.execute(
            f"select _slice, _recorded::text, {shown} from raw.{table.raw_name} where _record_key = %s "
            "order by lower(_recorded), _slice, _version",
            (record_key,),
        ).fetchall()
    return [
        Version(row[0], row[1], {name: value for name, value in zip(names, row[2:], strict=True) if value is not None})
        for row in rows
    ]


def held(table: Table, record_key: str) -> list[tuple[str, str]]:
    """Slice and dates on which gate 1 quarantined the record."""
    with connect(Role.LOADER, f"reading the held keys of {table.full_name}") as connection:
        return connection.execute(
            "select slice, recorded::text from raw.held_key "
            "where source = %s and table_name = %s and record_key = %s order by slice",
            (table.source, table.name, record_key),
        ).fetchall()
