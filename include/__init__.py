"""The steps of the night, one folder each; dags/ calls them and nothing else does the work."""
