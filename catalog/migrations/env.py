"""Run by Alembic: applies the steps on the connection that `catalog.migrating` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from catalog.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite can undo its DDL; without this Alembic would not trust it to.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
