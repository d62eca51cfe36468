"""What has to be answered at once and takes tenths of a second of a processor is done in processes of the service's own: a day
composed, a plan judged, a question answered.

Threads of one process share one interpreter: a large day of one basin, composed in a request, would slow the requests of every
other. Here a basin takes one process at a time, however much it asks, and whoever finds too many waiting is told to come back.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, wait
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib import import_module
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import structlog
from sqlalchemy.exc import DBAPIError

from api.access import Principal
from api.faults import Unavailable
from api.gate import Turns
from api.logs import configure_logs
from api.processes import Processes
from api.scope import Scoped
from api.store.engine import Database
from brigade.errors import BrigadeError
from brigade.ports import Clock

Given = ParamSpec("Given")
Result = TypeVar("Result")
Act = Callable[..., Any]
WAITING, WAITING_OF_ONE = 16, 5
"""Requests that are in or wait, of all basins beyond those computed, and of one: each holds one of the service's threads."""
PATIENCE_S = 30.0
"""So long a request waits for its turn."""
LONGEST_S = 120.0
"""Wall clock of one answer, on a busy machine; a process that takes longer is ended."""
ATTEMPTS = 2
LOADED = ("api.cycle.absences", "api.cycle.attention", "api.cycle.edits", "api.cycle.questions", "api.cycle.supposing")
log = structlog.get_logger("brigade.compute")


class _TooLong(Exception):
    """The answer did not come; its process is given up."""


class ComputePool:
    """`size` processes, each begun when it is first needed, the one used last taken first: it has read the same problems."""

    def __init__(self, url: str, size: int) -> None:
        self.url, self.size = url, size
        self._turns = Turns("calcul", size, WAITING, WAITING_OF_ONE)
        self._lock, self._is_over = threading.Lock(), False
        self._idle = [_fresh() for _ in range(size)]
        self._busy = set[Processes]()

    def run(
        self,
        holder: str,
        principal: Principal,
        clock: Clock,
        patience_s: float,
        act: Callable[Concatenate[Scoped, Given], Result],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Result:
        """`act` over one state of the database. All of it, and what it returns, must be picklable.

        Args: holder: who takes the turn, a basin. Raises: TooManyAttempts; Unavailable; whatever `act` refuses.
        """
        asked = (self.url, principal, clock, act, given, named)
        with self._turns.of(holder, patience_s):
            for _ in range(ATTEMPTS):
                # A process that dies is somebody else's doing, such as a lack of memory: once more, by another.
                with suppress(BrokenExecutor):
                    return cast(Result, self._answer(asked))
        raise _unanswered("interrompu")

    def _answer(self, asked: tuple[Any, ...]) -> Any:
        try:
            with self._lent() as process:
                future = process.submit(_compute, *asked)
                if not wait([future], LONGEST_S).done:
                    raise _TooLong
                return future.result()
        except _TooLong:
            raise _unanswered("trop long") from None

    @contextmanager
    def _lent(self) -> Iterator[Processes]:
        """One that nobody uses; ended ones are made anew. Raises: Unavailable, while the service stops."""
        with self._lock:
            if self._is_over:
                raise _unanswered("le service s’arrête")
            process = self._idle.pop()
            self._busy.add(process)
        try:
            yield process
        except (BrokenExecutor, _TooLong):
            process.shutdown(wait=False, cancel_futures=True)
            self._give_back(process, _fresh())
            raise
        except BaseException:
            self._give_back(process, process)
            raise
        self._give_back(process, process)

    def _give_back(self, lent: Processes, kept: Processes) -> None:
        with self._lock:
            self._busy.discard(lent)
            self._idle.append(kept)

    def warm(self) -> None:
        """One process begins, and reads what it will need; nobody waits for it."""
        with suppress(BrokenExecutor), self._turns.of("", PATIENCE_S), self._lent() as process:
            process.submit(_load)

    def close(self) -> None:
        """Without waiting: whoever still asks gets no answer."""
        with self._lock:
            self._is_over = True
            for process in (*self._idle, *self._busy):
                process.shutdown(wait=False, cancel_futures=True)


def compute(
    database: Database, principal: Principal, clock: Clock, act: Act, given: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    """`act` as this account, over one state of the database."""
    with database.snapshot() as session:
        return act(Scoped(session, principal, clock), *given, **named)


# -- in the processes ----------------------------------------------------------------------------------------------
def _prepare() -> None:
    """A terminal's interrupt is the service's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logs()


def _load() -> None:
    for name in LOADED:
        import_module(name)


@lru_cache(1)
def _database(url: str) -> Database:
    return Database(url)


def _compute(url: str, principal: Principal, clock: Clock, act: Act, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """As `compute`. What the database says does not travel; of a fault of ours the log gets its class and line, as ever."""
    try:
        return compute(_database(url), principal, clock, act, given, named)
    except BrigadeError:
        raise
    except DBAPIError as fault:
        log.error("database", error=type(fault).__name__)
        raise Unavailable("A501", "base de données", "ne répond pas", "réessayer : rien n’a été enregistré") from None
    except Exception as fault:
        tail = fault.__traceback__
        while tail is not None and tail.tb_next is not None:
            tail = tail.tb_next
        place = f"{tail.tb_frame.f_code.co_filename}:{tail.tb_lineno}" if tail else ""
        log.error("bug", error=type(fault).__name__, place=place)
        raise


def _fresh() -> Processes:
    return Processes(1, _prepare)


def _unanswered(what: str) -> Unavailable:
    return Unavailable("A504", "calcul", what, "réessayer ; sinon prévenir l’exploitant")
