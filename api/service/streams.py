"""Who follows what by an open stream: one poller for all, a bounded number of streams, and an end when the
service stops.

The poller asks the trail's head, and the jobs that are followed, twice a second; a stream looks itself only
when something of its basin or job changed, or when it has been quiet for long. What ends a stream's account
or token is in the trail as well.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from anyio import to_thread
from sqlalchemy import select

from api.runtime.gate import HolderLimit, ThreadLane
from api.store.account_tables import AuditEntry, AuditHead
from api.store.cycle_tables import Job
from api.store.engine import Database

# Polled, and not told by the database: SQLite tells nobody, and on PostgreSQL half a second is soon enough.
EVERY_S = 0.5
LISTEN_S = 1.0
"""How often a quiet stream looks whether its reader is still there; it asks the database for nothing."""
QUIET_ROUNDS = 15
"""After so many of these it looks all the same, though nothing woke it."""
OF_ALL = frozenset({"accounts", "tokens", "sessions"})
"""Kinds of entries that may end anybody's stream."""
# Threads of their own: a hundred readers woken by one change must not take those of the requests.
LANE = ThreadLane("streams", 4)


@dataclass(eq=False)
class Listener:
    """One open stream. `job_id`: of a search's progress; else it follows its basin."""

    basin_id: str
    job_id: str | None = None
    awake: asyncio.Event = field(default_factory=asyncio.Event)


class StreamHub:
    """Of one service process."""

    def __init__(self, database: Database, in_all: int, of_one: int) -> None:
        self.database, self.seats = database, HolderLimit("event_stream", in_all, of_one)
        self.is_over = False
        self._listeners: set[Listener] = set()
        self._poller: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._seq: int | None = None
        self._jobs: Mapping[str, tuple[object, ...]] = {}
        self._lock = threading.Lock()

    @contextmanager
    def listening(self, listener: Listener) -> Iterator[None]:
        """Within the event loop. The poller runs as long as anybody listens."""
        self._listeners.add(listener)
        listener.awake.set()  # what came between its first look and now
        if self._poller is None or self._poller.done():
            self._seq, self._loop = None, asyncio.get_running_loop()
            self._poller = self._loop.create_task(self._poll())
        try:
            yield
        finally:
            self._listeners.discard(listener)

    async def rounds(self, listener: Listener) -> AsyncGenerator[bool, None]:
        """Round after round until the service ends: True when it is time to look."""
        quiet = 0
        while not self.is_over:
            with suppress(TimeoutError):
                await asyncio.wait_for(listener.awake.wait(), LISTEN_S)
            quiet = 0 if listener.awake.is_set() else quiet + 1
            is_time = listener.awake.is_set() or quiet % QUIET_ROUNDS == 0
            listener.awake.clear()
            yield is_time

    def end(self) -> None:
        """Every stream ends now: the service stops. From any thread, or a signal's handler."""
        self.is_over = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, list(self._listeners))

    def _wake(self, listeners: list[Listener]) -> None:
        for listener in listeners:
            listener.awake.set()

    async def _poll(self) -> None:
        while self._listeners and not self.is_over:
            await asyncio.sleep(EVERY_S)
            followed = sorted({one.job_id for one in self._listeners if one.job_id is not None})
            with suppress(Exception):  # a database that is gone for a while comes back
                basins, jobs = await to_thread.run_sync(self.look, followed, limiter=LANE.get())
                self._wake(
                    [
                        one
                        for one in self._listeners
                        if one.job_id in jobs or (basins is None or one.basin_id in basins)
                    ]
                )

    def look(self, followed: list[str]) -> tuple[set[str] | None, set[str]]:
        """The basins (None: all) and jobs in which something changed since the last look."""
        with self._lock, self.database.reading() as session:
            head = session.scalar(select(AuditHead.seq)) or 0
            before, self._seq = self._seq, head
            asked = select(AuditEntry.basin_id, AuditEntry.kind).where(
                AuditEntry.seq > (head if before is None else before)
            )
            touched = session.execute(asked.distinct()).all() if before is None or head > before else []
            columns = (Job.id, Job.version, Job.state, Job.heartbeat_at, Job.progress)
            states = {
                row[0]: tuple(row[1:])
                for row in session.execute(select(*columns).where(Job.id.in_(followed)))
            }
            changed = {id for id, state in states.items() if self._jobs.get(id) != state}
            self._jobs = states
        if before is None or any(kind in OF_ALL for _, kind in touched):
            return None, changed
        return {basin for basin, _ in touched if basin is not None}, changed


@contextmanager
def ending_with_signals(hub: StreamHub) -> Iterator[None]:
    """SIGTERM and SIGINT end the streams before the server waits for its connections to close.

    Else it would wait for readers who have no reason to leave. Outside the main thread nothing can hear
    signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def heard(number: int, frame: FrameType | None) -> None:
        hub.end()
        # The server's own handler goes on as it would: it is what ends the process.
        known = before[signal.Signals(number)]
        if callable(known):
            known(number, frame)

    for number in before:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, known in before.items():
            if signal.getsignal(number) is heard and known is not None:
                signal.signal(number, known)
