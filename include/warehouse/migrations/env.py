"""Alembic's environment: migrations of ops.* and quality.* run on the connection that prepare() hands over."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    version_table="migration",
    version_table_schema="ops",
)
with context.begin_transaction():
    context.run_migrations()
