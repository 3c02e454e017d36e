"""The contract of the exports: read from dbt's source YAML, the one place that names their columns."""
