"""What is recorded and what is live, as a digest a relation: of the same batches the same, whatever their order."""

from include.publish.report import mart_hashes
from tests.conftest import Warehouse

# marts that tell of earlier publications: what was published in between depends on the order
_MOVEMENT = {"permanence_movement", "permanence_movement_span"}

# what the ledger says stands, without the batches' numbers and the moments at which it was said
_STANDING = (
    "select row(source, slice, batch_date, state, files, record_count, quarantined, duplicates, keyless, "
    "content_sha256)::text from ops.batch_standing"
)


def recorded_history(warehouse: Warehouse) -> dict[str, str | None]:
    """A digest of the rows of every table of schema raw, held keys among them, of failing records and what stands.

    None for a relation without rows.
    """
    tables = warehouse.rows("select tablename from pg_tables where schemaname = 'raw' order by 1")
    said = {f"raw.{name}": f"select t::text from raw.{name} as t" for (name,) in tables}
    said["quality.failure"] = "select f::text from quality.failure as f"
    said["ops.batch_standing"] = _STANDING
    digests = " union all ".join(
        f"select '{name}', md5(string_agg(said, chr(10) order by said collate \"C\")) from ({query}) as of_it (said)"
        for name, query in said.items()
    )
    return dict(warehouse.rows(f"{digests} order by 1"))


def live_marts() -> dict[str, str]:
    """A digest of every live mart, but for those that tell of earlier publications."""
    return {mart: digest for mart, digest in mart_hashes().items() if mart not in _MOVEMENT}
