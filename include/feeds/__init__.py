"""Exports as they arrive: which batches are there, are they complete, and their records as a stream of bytes."""
