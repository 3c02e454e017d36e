"""Bring the live marts to a build's state by their difference, in one transaction; roll back; tell what is live."""
