"""Alembic runs this file; it takes the connection from its caller and opens none itself."""

from alembic import context

from monitoring.store.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
