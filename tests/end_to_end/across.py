"""How the rules that hold a batch against those before it are decided, for the tests that look at them."""

from datetime import date

from tests.conftest import Warehouse

ACROSS = r"\.(rows\.fell|rows\.rose|team\.lost|file\.repeated)$"


def decided_across(warehouse: Warehouse, day: date, source_name: str) -> dict[str, tuple[str, list[str]]]:
    """How the rules across batches are decided by now, of the newest delivery of a day; those that hold left out."""
    found = warehouse.rows(
        "select r.rule_id, r.decision, r.named from quality.batch_result as r where r.rule_id ~ %s "
        "and r.decision <> 'pass' and r.batch_id = (select max(batch_id) from ops.batch "
        "where source = %s and batch_date = %s and state <> 'refused')",
        (ACROSS, source_name, day),
    )
    return {rule_id: (decision, named) for rule_id, decision, named in found}
