"""Rules on a delivery as a whole. A delivery that breaks one is refused while it is landed: nothing of it is kept, and
the message and the ledger name the rule. None has a query."""

from expectations.rule import Rule
from include.contract.model import Source


def delivery_rules(source: Source) -> list[Rule]:
    """The rules on what a source delivers, by the last part of their ids as `include.feeds.errors` names them."""
    rules = [
        _rule(
            source,
            "in_future",
            "The delivery is dated after today",
            "Move it to the day it speaks of",
            "this project: a batch speaks of a day that is over, or on which it came",
        ),
        _rule(
            source,
            "not_as_promised",
            "The files are not those of the manifest: another source, day, file, number of records or sha256",
            "Wait for the copy to end, or deliver files and the manifest that belong together",
            "README: what a manifest promises is checked",
        ),
    ]
    if source.cadence == "nightly":
        rules.append(
            _rule(
                source,
                "repeated",
                "The files are those of the delivery before, byte for byte, and no manifest says that nothing changed",
                "Deliver the export of this day; a manifest with its batch_date says that nothing has changed since",
                "this project: the export of yesterday does not speak of today",
            )
        )
    return rules


def _rule(source: Source, claim: str, description: str, remedy: str, comes_from: str) -> Rule:
    return Rule(
        f"{source.name}.delivery.{claim}",
        "critical",
        description,
        remedy,
        "",
        owner="data engineer",
        scope="table",
        source=comes_from,
    )
