"""Files that others wrote are read in a process of its own, with a bound on memory and on processor time.

What outgrows it, or takes the reader down with it, is refused; the service goes on.
"""

from __future__ import annotations

import pickle
import resource
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from api.runtime.faults import TooLarge
from api.runtime.gate import ConcurrencyLimit
from api.runtime.logs import CrashedProcess, place_of
from api.runtime.processes import forks
from brigade.errors import BrigadeError

Result = TypeVar("Result")
MEMORY_BYTES = 1_000_000_000
"""More than the largest upload, read, checked and made into a problem, was seen to take on top of the reader
itself."""
PROCESSOR_S = 60
PATIENCE_S = 180
"""Wall clock, on a busy machine."""
# Each reads in a process of its own, with its memory: two at once, four more wait half a minute at most.
READING = ConcurrencyLimit("import", 2, 4, 30.0)


def contained(act: Callable[..., Result], *given: Any) -> Result:
    """`act(*given)`, done in a process of its own; what it refuses is refused here. All of it must be
    picklable.

    Raises: TooLarge, when it takes too much; TooManyAttempts, while others are at it; CrashedProcess, for a
    fault of ours.
    """
    with READING:
        return apart(act, *given)


def contained_each(act: Callable[..., Result], givens: Iterable[tuple[Any, ...]]) -> list[Result]:
    """As `contained`, of one after the other in one turn: none is turned away half way. Each has its own
    bounds."""
    with READING:
        return [apart(act, *given) for given in givens]


def apart(act: Callable[..., Result], *given: Any) -> Result:
    """As `contained`, by a caller who sees to it that few are at it."""
    there, here = forks().Pipe()
    process = forks().Process(target=_work, args=(here, act, given), daemon=True)
    process.start()
    # Ours is closed at once: else the line would never end when the reader dies.
    here.close()
    try:
        is_good, found = _heard(there)
    finally:
        there.close()
        if process.is_alive():
            # Killed and not asked: a reader that is stuck in a C library hears nothing.
            process.kill()
        process.join()
    if not is_good:
        raise found
    result: Result = found
    return result


def _heard(line: Connection) -> tuple[bool, Any]:
    if line.poll(PATIENCE_S):
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            is_good, found = pickle.loads(line.recv_bytes())
            return is_good, found
    return False, _too_large()


def _too_large() -> TooLarge:
    return TooLarge("A307", "document", "reading_too_heavy")


def _work(line: Connection, act: Callable[..., Any], given: tuple[Any, ...]) -> None:
    _bound()
    try:
        said = (True, act(*given))
    except BrigadeError as refused:
        said = (False, refused)
    except (MemoryError, RecursionError):
        said = (False, _too_large())
    except Exception as fault:
        # Unheard, it would be printed with its message, and the file be refused as too heavy.
        said = (False, CrashedProcess(**place_of(fault)))
    line.send_bytes(pickle.dumps(said))


def _bound() -> None:
    """Of the process that it is called in, from here on. A terminal's interrupt is the service's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # No core file: it would hold what the upload held.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The first limit sends a signal, the second one, a second later, kills.
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S + 1))
    with suppress(OSError, ValueError):
        # On top of what the reader takes by itself: RLIMIT_AS counts every page that is mapped, libraries
        # included.
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
