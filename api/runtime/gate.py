"""Costly steps, a bounded number at once: whoever finds the door full is told to come back, and holds nothing
meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

from api.runtime.faults import TooManyAttempts
from brigade.errors import NO_VALUES

# What `Retry-After` says: most of what is waited for is over by then.
RETRY_S = 2


def too_many(what: str) -> TooManyAttempts:
    return TooManyAttempts("A107", what, "too_many_at_once", NO_VALUES, RETRY_S)


class ConcurrencyLimit:
    """Lets `inside` threads through at once and makes `waiting` more wait, for `patience_s` at the most."""

    def __init__(self, what: str, inside: int, waiting: int, patience_s: float) -> None:
        self.what, self.patience_s = what, patience_s
        self._inside = threading.BoundedSemaphore(inside)
        # A count of its own for those who wait: the crowd beyond is told at once, and ties up no thread.
        self._known = threading.BoundedSemaphore(inside + waiting)

    def __enter__(self) -> None:
        """Raises: TooManyAttempts."""
        if not self._known.acquire(blocking=False):
            raise too_many(self.what)
        if not self._inside.acquire(timeout=self.patience_s):
            self._known.release()
            raise too_many(self.what)

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inside.release()
        self._known.release()


class FairQueue:
    """Lets `inside` holders in at once, each of them with one thing at a time; `waiting` more may wait,
    `of_one` of one holder, what is inside included."""

    def __init__(self, what: str, inside: int, waiting: int, of_one: int) -> None:
        self.what, self.most, self.of_one = what, inside, of_one
        self.known_at_most = inside + waiting
        self._changed = threading.Condition()
        self._known, self._inside = Counter[str](), set[str]()

    @contextmanager
    def of(self, holder: str, patience_s: float) -> Iterator[None]:
        """Raises: TooManyAttempts, at once where too many wait, or after `patience_s`."""
        with self._changed:
            if self._known.total() >= self.known_at_most or self._known[holder] >= self.of_one:
                raise too_many(self.what)
            self._known[holder] += 1
            is_in = self._changed.wait_for(lambda: self._has_room(holder), patience_s)
            if not is_in:
                self._leave(holder)
                raise too_many(self.what)
            self._inside.add(holder)
        try:
            yield
        finally:
            with self._changed:
                self._inside.discard(holder)
                self._leave(holder)
                # All of them: whoever is next may be a holder that is inside already, and cannot go in.
                self._changed.notify_all()

    def _has_room(self, holder: str) -> bool:
        return holder not in self._inside and len(self._inside) < self.most

    def _leave(self, holder: str) -> None:
        self._known[holder] -= 1
        self._known += Counter()  # drops those that hold none


class HolderLimit:
    """Places that are held for long, such as open streams: so many in all, and of one holder."""

    def __init__(self, what: str, in_all: int, of_one: int) -> None:
        self.what, self.in_all, self.of_one = what, in_all, of_one
        self._lock, self._taken = threading.Lock(), Counter[str]()

    def take(self, holder: str) -> None:
        """Raises: TooManyAttempts. What is taken must be given back."""
        with self._lock:
            if self._taken.total() >= self.in_all or self._taken[holder] >= self.of_one:
                raise TooManyAttempts("A107", self.what, "too_many_held", {"most": self.of_one}, RETRY_S)
            self._taken[holder] += 1

    def give_back(self, holder: str) -> None:
        with self._lock:
            self._taken[holder] -= 1
            self._taken += Counter()  # drops those that hold none

    @contextmanager
    def held(self, holder: str) -> Iterator[None]:
        """Raises: TooManyAttempts."""
        self.take(holder)
        try:
            yield
        finally:
            self.give_back(holder)

    @property
    def taken(self) -> int:
        with self._lock:
            return self._taken.total()


class ThreadLane:
    """A few threads of the event loop's own for one purpose, so that it need not wait behind all else."""

    def __init__(self, name: str, width: int) -> None:
        self.width = width
        # anyio binds a limiter to the loop it is made in; tests have more than one.
        self._limiter: RunVar[CapacityLimiter] = RunVar(f"brigade_{name}")

    def get(self) -> CapacityLimiter:
        try:
            return self._limiter.get()
        except LookupError:
            limiter = CapacityLimiter(self.width)
            self._limiter.set(limiter)
            return limiter


class PaceQueue:
    """Lets `at_once` coroutines through in each turn of the event loop, in the order they came.

    A crowd that comes in one turn is spread over many: whoever need not pass here is answered between two of
    them, not behind them all. Nothing is held by who has passed, so nothing is given back.
    """

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        # Of each event loop its own, as of a lane.
        self._queue: RunVar[deque[asyncio.Future[None]]] = RunVar("brigade_pace")

    async def passed(self) -> None:
        loop, queue = asyncio.get_running_loop(), self._of_this_loop()
        place = loop.create_future()
        queue.append(place)
        # A turn is awaited as long as anybody waits: the first to come asks for it.
        if len(queue) == 1:
            loop.call_soon(self._turn, loop, queue)
        await place

    def _of_this_loop(self) -> deque[asyncio.Future[None]]:
        try:
            return self._queue.get()
        except LookupError:
            queue = deque[asyncio.Future[None]]()
            self._queue.set(queue)
            return queue

    def _turn(self, loop: asyncio.AbstractEventLoop, queue: deque[asyncio.Future[None]]) -> None:
        for _ in range(min(self.at_once, len(queue))):
            place = queue.popleft()
            if not place.done():  # who asked may have left
                place.set_result(None)
        if queue:
            loop.call_soon(self._turn, loop, queue)
