"""`python -m tests.api.faulty`: the application, in which `BRIGADE_TEST_FAULT` names what goes wrong.

Only what a test cannot bring about from outside at the right instant: to stand still within a transaction, a
full disk.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import event

from api.access import trail
from api.access.scope import Scoped
from api.app import from_environment
from api.store import engine

FOLDER = Path(os.environ["BRIGADE_TEST_FOLDER"])
STALLED = FOLDER / "stalled"
"""Appears once the process stands still."""
PAGES = FOLDER / "pages"
"""How many pages the SQLite file may have; without this file, as many as it likes."""


def stall() -> None:
    STALLED.touch()
    time.sleep(600)


def publishes(notes: list[trail.Note]) -> bool:
    return any(note.action == "plans.published" for note in notes)


def before_commit() -> None:
    """Everything of a publication is written and sealed, nothing is committed."""
    seal = trail.seal

    def sealed(session: Any, actor: str, at: Any, notes: list[trail.Note]) -> None:
        seal(session, actor, at, notes)
        if publishes(notes):
            session.flush()
            stall()

    trail.seal = sealed


def after_commit() -> None:
    """A publication is committed, its answer never leaves."""
    commit = Scoped.commit

    def committed(self: Scoped) -> None:
        notes = list(self.notes)
        commit(self)
        if publishes(notes):
            stall()

    Scoped.commit = committed  # type: ignore[method-assign]


def full_disk() -> None:
    """The file may not grow beyond `PAGES`: SQLite then says what it says on a full disk."""
    connect = engine.connect

    def connected(url: str) -> Any:
        made = connect(url)

        @event.listens_for(made, "begin")
        def limit(connection: Any) -> None:
            pages = PAGES.read_text("ascii") if PAGES.exists() else "1073741823"
            connection.connection.cursor().execute(f"PRAGMA max_page_count = {pages}")

        return made

    engine.connect = connected


FAULTS: dict[str, Callable[[], None]] = {
    one.__name__: one for one in (before_commit, after_commit, full_disk)
}

if __name__ == "__main__":
    FAULTS[os.environ["BRIGADE_TEST_FAULT"]]()
    uvicorn.run(
        from_environment, factory=True, port=int(sys.argv[sys.argv.index("--port") + 1]), log_config=None
    )
