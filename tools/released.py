"""Writes tests/data/released/<newest revision>.backup: a database of these tables, for the versions to come.

`python -m tools.released`, once, when a migration is finished.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from api.operations.backup import backup
from api.store.migrate import newest
from tests.api.conftest import world_on
from tests.api.released import SECRETS, path_of
from tests.api.walk import walked

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        world = world_on(f"sqlite:///{folder}/brigade.db", Path(folder), **SECRETS)
        walked(world)
        backup(world.service.database, path_of(newest()))
        world.service.database.close()
