"""How far a table's records may fall or rise between deliveries, read from dbt's seed `volume_tolerance`."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from include.contract.codes import seed_rows
from include.contract.model import ContractError, Table, source


@dataclass(frozen=True)
class Tolerance:
    """Shares of the trend by which a table may fall or rise, and the records fewer than which are no matter."""

    fall_share: Decimal
    rise_share: Decimal
    least_records: int


def tolerance_of(table: Table) -> Tolerance:
    """What the seed says of a table, else of its source, else of all. Raises ContractError where it says nothing."""
    said = _tolerances()
    for name in ((table.source, table.name), (table.source, ""), ("", "")):
        if name in said:
            return said[name]
    raise ContractError("seed volume_tolerance: there is no line without source and table, for all that have none")


@cache
def _tolerances() -> dict[tuple[str, str], Tolerance]:
    found = {}
    for row in seed_rows("volume_tolerance"):
        name = row["source"], row["table_name"]
        if row["table_name"]:
            source(row["source"]).table(row["table_name"])
        elif row["source"]:
            source(row["source"])
        if name in found:
            raise ContractError(f"seed volume_tolerance: two lines of {'.'.join(filter(None, name)) or 'all tables'}")
        found[name] = Tolerance(Decimal(row["fall_share"]), Decimal(row["rise_share"]), int(row["least_records"]))
    return found
