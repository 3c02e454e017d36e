"""Recorded history: every version of a record and the dates on which an export said so; the ledger of batches."""
