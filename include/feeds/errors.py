"""What can be wrong with a delivery, in one line a data engineer can act on; never a record's content."""

from pathlib import Path

# what a delivery as a whole can break: rules of every source, by the last part of their ids
IN_FUTURE, REPEATED, NOT_AS_PROMISED = "in_future", "repeated", "not_as_promised"


class DeliveryError(Exception):
    """A batch can't be read. Says file, record number where there is one, what is wrong and the remedy.

    `claim`: the rule on deliveries that it breaks, if it breaks one (`expectations.landing.delivery`).
    """

    def __init__(self, where: str, what: str, remedy: str, record: int | None = None, claim: str | None = None):
        self.where, self.what, self.remedy, self.record, self.claim = where, what, remedy, record, claim
        at = f", record {record}" if record is not None else ""
        super().__init__(f"{where}{at}: {what}. {remedy}")

    def of_source(self, name: str) -> "DeliveryError":
        """The same error, whose message ends with the id of the rule of that source that is broken, if one is."""
        rule = f" ({name}.delivery.{self.claim})"
        if self.claim and not str(self).endswith(rule):
            self.args = (f"{self}{rule}",)
        return self


class NotDelivered(DeliveryError):
    """There is nothing that could be read or refused: no delivery, no database that answers, no file kept of it."""


def check_sha256(path: Path, promised: str | None, found: str) -> None:
    """Raise DeliveryError when a file's sha256 is not the one that its manifest promises, if any."""
    if promised and promised.lower() != found:
        raise DeliveryError(
            str(path),
            "its sha256 is not the one in the manifest",
            "Wait for the copy to end, or deliver it again",
            claim=NOT_AS_PROMISED,
        )


def check_rows(path: Path, promised: int | None, found: int) -> None:
    """Raise DeliveryError when a file holds other than the number of records that its manifest promises, if any."""
    if promised is not None and promised != found:
        raise DeliveryError(
            str(path),
            f"{found} records where the manifest promises {promised}",
            "Deliver the whole file, with the manifest that belongs to it",
            claim=NOT_AS_PROMISED,
        )
