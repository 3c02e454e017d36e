"""Everybody the authority knows, and what is said of them whatever brought them to its notice."""
