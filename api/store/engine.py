"""One engine for SQLite (WAL) and PostgreSQL; transactions that write say so from their first statement."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.orm import Session

WRITES = "brigade_writes"
BUSY_S = 15
"""How long SQLite waits for another writer before it gives up; PostgreSQL for a row lock."""


class Database:
    """Opens sessions. On SQLite a writing one takes the write lock at once: it never fails half way because
    another wrote."""

    def __init__(self, url: str) -> None:
        self.url = psycopg3(url)
        self.engine = connect(self.url)
        self._writing = self.engine.execution_options(**{WRITES: True})

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def reading(self) -> Session:
        # Rows are used after the commit and beyond their session: expired, they could not be read any more.
        return Session(self.engine, expire_on_commit=False)

    def snapshot(self) -> Session:
        """A reading session that sees one state of the database, however long it reads. SQLite's always
        do."""
        if self.is_sqlite:
            return self.reading()
        return Session(
            self.engine.execution_options(isolation_level="REPEATABLE READ"), expire_on_commit=False
        )

    def writing(self) -> Session:
        return Session(self._writing, expire_on_commit=False)

    def close(self) -> None:
        self.engine.dispose()


def one_at_a_time(session: Session, *keys: str) -> None:
    """Until this transaction ends no other one gets past here with one of the same keys: what it then reads,
    it reads after them. Rows that others change are not locked by it, so it makes no deadlock."""
    session.connection()  # SQLite has one writer, who waits for this
    if session.get_bind().dialect.name == "postgresql":
        # In one order everywhere, or two transactions would wait for each other.
        for key in sorted(keys):
            number = int.from_bytes(sha256(key.encode()).digest()[:8], "big", signed=True)
            session.execute(select(func.pg_advisory_xact_lock(number)))


def psycopg3(url: str) -> str:
    """The URL with the driver that ships: a plain postgresql:// would look for psycopg2."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def connect(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # A process that hangs in a transaction would hold its locks for ever, the audit's head among them.
        options = f"-c lock_timeout={BUSY_S}s -c idle_in_transaction_session_timeout=60s"
        # `pool_pre_ping`: a database that was restarted leaves dead connections behind; each is tried before
        # it is used.
        return create_engine(
            parsed, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args={"options": options}
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        _own(Path(parsed.database))
    # Connections go from thread to thread, one at a time, which SQLite's own check would forbid.
    engine = create_engine(
        parsed, connect_args={"timeout": BUSY_S, "check_same_thread": False}, pool_size=10, max_overflow=20
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _own(file: Path) -> None:
    """A new database is its owner's alone: it holds what the pseudonyms hide. SQLite gives its journals the
    same mode."""
    if not file.exists():
        # Made before SQLite does it, which would give it whatever the process's mask allows.
        file.touch(mode=0o600)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # SQLAlchemy says BEGIN itself (below): the driver's own habit opens transactions late, after the first
    # write.
    connection.isolation_level = None
    cursor = connection.cursor()
    # recursive_triggers: else INSERT OR REPLACE would take a row of the trail away without its trigger.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "recursive_triggers=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
