"""Run dbt for a build, in schemas of its own, and keep what it reports."""
