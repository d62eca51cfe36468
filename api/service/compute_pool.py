"""What has to be answered at once and takes tenths of a second of a processor is done in processes of the
service's own: a day composed, a plan judged, a question answered.

Threads of one process share one interpreter: a large day of one basin, composed in a request, would slow the
requests of every other. Here a basin takes one process at a time, however much it asks, and whoever finds too
many waiting is told to come back.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import structlog
from sqlalchemy.exc import DBAPIError

from api.access.rights import Principal
from api.access.scope import Scoped
from api.runtime.faults import TooManyAttempts, Unavailable, database_silent
from api.runtime.gate import FairQueue
from api.runtime.logs import CrashedProcess, configure_logs, place_of
from api.runtime.processes import Processes
from api.store.engine import Database
from brigade.errors import BrigadeError
from brigade.ports import Clock

Given = ParamSpec("Given")
Result = TypeVar("Result")
Act = Callable[..., Any]
WAITING, WAITING_OF_ONE = 16, 5
"""Requests that are in or wait, of all basins beyond those computed, and of one: each holds one of the
service's threads."""
PATIENCE_S = 30.0
"""So long a request waits for its turn."""
LONGEST_S = 120.0
"""Wall clock of one answer, on a busy machine; a process that takes longer is ended."""
WITHIN_S = PATIENCE_S + LONGEST_S
"""Of both, where nothing presses."""
# A second death of a process is likely this very question's doing.
ATTEMPTS = 2
log = structlog.get_logger("brigade.compute")


@dataclass(frozen=True, slots=True)
class Turn:
    """Who takes it, a basin; how long it may take, answer included, however often it is tried; whether
    anybody still waits for it: of judgements of a visit that is dragged about, only the last one is
    wanted."""

    holder: str
    within_s: float
    is_awaited: Callable[[], bool]


class _TooLong(Exception):
    """The answer did not come; its process is given up."""


class ComputePool:
    """`size` processes, each begun when it is first needed, the one used last taken first: it has read the
    same problems."""

    def __init__(self, url: str, size: int) -> None:
        self.url, self.size = url, size
        self._turns = FairQueue("computing", size, WAITING, WAITING_OF_ONE)
        self._lock, self._is_over = threading.Lock(), False
        self._idle, self._busy = list[Processes](), set[Processes]()

    def run(
        self,
        turn: Turn,
        principal: Principal,
        clock: Clock,
        act: Callable[Concatenate[Scoped, Given], Result],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """`act` over one state of the database. All of it, and what it returns, must be picklable.

        Raises: TooManyAttempts; Unavailable, also where nobody waits for the answer any more; whatever `act`
            refuses.
        """
        # Counted from before the turn: waiting and computing share one deadline.
        until = monotonic() + turn.within_s
        asked = (self.url, principal, clock, act, given, named)
        with self._turns.of(turn.holder, min(PATIENCE_S, turn.within_s)):
            # Asked when the turn has come, not before it: people leave while they wait.
            if not turn.is_awaited():
                raise _unanswered("computing_abandoned")
            for _ in range(ATTEMPTS):
                # A process that dies is somebody else's doing, such as a lack of memory: once more, by
                # another.
                with suppress(BrokenExecutor):
                    return cast(Result, self._answer(asked, min(LONGEST_S, until - monotonic())))
        raise _unanswered("computing_interrupted")

    def _answer(self, asked: tuple[Any, ...], longest_s: float) -> Any:
        try:
            with self._lent() as process:
                return _result(_submitted(process, _compute, *asked), longest_s)
        except _TooLong:
            self._begin_one()
            raise _unanswered("computing_too_long") from None

    @contextmanager
    def _lent(self) -> Iterator[Processes]:
        """One that nobody uses, made where there is none. Raises: Unavailable, while the service stops;
        BrokenExecutor."""
        with self._lock:
            if self._is_over:
                raise _unanswered("service_stops")
            process = self._idle.pop() if self._idle else _made()
            self._busy.add(process)
        is_of_use = True
        try:
            yield process
        except (BrokenExecutor, _TooLong):
            is_of_use = False
            process.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            with self._lock:
                self._busy.discard(process)
                if is_of_use:
                    self._idle.append(process)

    def warm(self) -> None:
        """What they need is loaded, and one process begins; nobody waits for it."""
        with suppress(TooManyAttempts), self._turns.of("", PATIENCE_S):
            self._begin_one()

    def _begin_one(self) -> None:
        """Whoever gives little time would else meet, again and again, a process that has yet to begin, and
        have it ended."""
        with suppress(BrokenExecutor, Unavailable), self._lent() as process:
            _submitted(process, _do_nothing)

    def close(self) -> None:
        """Without waiting: whoever still asks gets no answer."""
        with self._lock:
            self._is_over = True
            # Busy ones as well: a service that stops waits for no answer.
            for process in (*self._idle, *self._busy):
                process.shutdown(wait=False, cancel_futures=True)


def _made() -> Processes:
    try:
        return _fresh()
    except OSError as fault:
        raise BrokenExecutor from fault


def _submitted(process: Processes, act: Act, *given: Any) -> Future[Any]:
    """Raises: BrokenExecutor."""
    try:
        return process.submit(act, *given)
    except BrokenExecutor:
        raise
    except (
        OSError,
        RuntimeError,
    ) as fault:  # no process can be begun; or it was ended meanwhile, with the service
        raise BrokenExecutor from fault


def _result(future: Future[Any], longest_s: float) -> Any:
    """Raises: BrokenExecutor, _TooLong; whatever was raised."""
    try:
        # Waited for apart from the result: a TimeoutError that the work itself raised is not this one.
        future.exception(longest_s)
    except CancelledError as fault:  # the service stops
        raise BrokenExecutor from fault
    except TimeoutError:
        raise _TooLong from None
    return future.result()


def compute(
    database: Database,
    principal: Principal,
    clock: Clock,
    act: Act,
    given: tuple[Any, ...],
    named: Mapping[str, Any],
) -> Any:
    """`act` as this account, over one state of the database."""
    with database.snapshot() as session:
        return act(Scoped(session, principal, clock), *given, **named)


# -- in the processes --------------------------------------------------------------------------------------
def _prepare() -> None:
    """A terminal's interrupt is the service's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logs()


def _do_nothing() -> None:
    """A process begins with its first work."""


@lru_cache(1)
def _database(url: str) -> Database:
    return Database(url)


def _compute(
    url: str, principal: Principal, clock: Clock, act: Act, given: tuple[Any, ...], named: Mapping[str, Any]
) -> Any:
    """As `compute`. What the database says does not travel; of a fault of ours its class and line do: the
    service tells them to the log, with the request."""
    try:
        return compute(_database(url), principal, clock, act, given, named)
    except BrigadeError:
        raise
    except DBAPIError as fault:
        log.error("database", error=type(fault).__name__)
        raise database_silent() from None
    except Exception as fault:
        raise CrashedProcess(**place_of(fault)) from None


def _fresh() -> Processes:
    return Processes(1, _prepare)


def _unanswered(words: str) -> Unavailable:
    return Unavailable("A504", "computing", words)
