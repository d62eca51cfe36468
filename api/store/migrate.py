"""Brings a database to the tables of this version, step by numbered step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from api.runtime.vault import Vault
from api.store.engine import Database

FOLDER = Path(__file__).parent / "migrations"


Keys = Callable[[], Vault]


def config_for(engine: Engine, keys: Keys | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes.update(engine=engine, keys=keys)
    return config


def upgrade(database: Database, revision: str = "head", *, keys: Keys | None = None) -> None:
    """Run the steps that are missing, each in its transaction; does nothing when there is none.

    Args: keys: what seals people's data, asked for by the steps that meet rows to seal; without it those
    raise Refused.
    """
    command.upgrade(config_for(database.engine, keys), revision)


def newest() -> str:
    """The revision of this version's tables."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    assert head is not None
    return head


def revisions() -> frozenset[str]:
    """Every revision that this version knows."""
    return frozenset(step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions())
