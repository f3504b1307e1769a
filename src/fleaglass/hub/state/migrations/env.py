"""Alembic's entry: runs the steps on the connection that migrate.py has opened."""

from __future__ import annotations

from alembic import context

from fleaglass.hub.state.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=False,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
context.run_migrations()
