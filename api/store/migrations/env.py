"""Alembic's entry: runs the steps on the engine it is handed by `api.store.migrate`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Engine

from api.store.base import Instant, Table, every_table

# The metadata knows a table once its module is imported.
every_table()


def plain_type(kind: str, value: Any, autogen: Any) -> str | Literal[False]:
    """A step stands alone: it names SQLAlchemy's types, never ours, which may change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, Instant) else False


engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # Tables are rebuilt rather than altered on SQLite, which alters little.
    context.configure(
        connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        render_item=plain_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
