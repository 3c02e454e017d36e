"""What can be wrong with a delivery, in one line a data engineer can act on; never a record's content."""


class DeliveryError(Exception):
    """A batch can't be read. Says file, record number where there is one, what is wrong and the remedy."""

    def __init__(self, where: str, what: str, remedy: str, record: int | None = None):
        self.where, self.what, self.remedy, self.record = where, what, remedy, record
        at = f", record {record}" if record is not None else ""
        super().__init__(f"{where}{at}: {what}. {remedy}")


class NotDelivered(DeliveryError):
    """There is nothing that could be read or refused: no delivery, no database that answers, no file kept of it."""
