"""Landing: the records of a delivery, as delivered, into all-text tables of that batch."""
