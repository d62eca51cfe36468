"""Ctrl-C and SIGTERM as every command that searches hears them, from its first line to its last word.

Before there is anything to keep, a signal gives up. Once the search is under way, the first one asks for the
best so far, which is written and told as ever, and the second gives up.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn, TypeAlias, TypeVar

from brigade.words import word

HEARD = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what schedulers and containers send before they kill."""
TICK_S = 0.05
"""How long the main thread sleeps between two looks: what Ctrl-C may have to wait, far below what a hand
notices."""

Result = TypeVar("Result")
Handler: TypeAlias = Callable[[int, FrameType | None], None] | signal.Handlers


class GaveUp(KeyboardInterrupt):
    """A signal when nothing is wanted any more, or nothing is there to keep."""


@contextmanager
def sigterm_gives_up() -> Iterator[None]:
    """Within it SIGTERM is heard as Ctrl-C is, so that whoever has begun to write can tidy up."""
    is_ours = signal.getsignal(signal.SIGTERM) in (signal.SIG_DFL, None)
    with _handled((signal.SIGTERM,) if is_ours and _in_main_thread() else (), _give_up):
        yield


@contextmanager
def signals_ignored() -> Iterator[None]:
    """For what must not be done by halves and takes a moment only."""
    with _handled(HEARD if _in_main_thread() else (), signal.SIG_IGN):
        yield


def _in_main_thread() -> bool:
    """Python lets no other one choose what a signal does."""
    return threading.current_thread() is threading.main_thread()


def _give_up(number: int, frame: FrameType | None) -> NoReturn:
    raise GaveUp


@contextmanager
def _handled(signals: Sequence[signal.Signals], handler: Handler) -> Iterator[None]:
    before = [signal.signal(one, handler) for one in signals]
    try:
        yield
    finally:
        for one, former in zip(signals, before, strict=True):
            signal.signal(one, former)


@dataclass
class Interruption:
    """Whether a signal has come. `stop`: set by the first one; for the search and for whatever follows it."""

    lang: str = "fr"
    stop: threading.Event = field(default_factory=threading.Event)
    _has_begun: bool = False

    @property
    def has_come(self) -> bool:
        return self.stop.is_set()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Within it no signal kills. Whoever writes what was found stays within it until that is written and
        told."""
        with _handled(HEARD, self._hear):
            yield

    def aside(self, work: Callable[[], Result], meanwhile: Callable[[], None] = lambda: None) -> Result:
        """What `work` returns or raises, done in a thread of its own: no signal reaches the main thread while
        it is inside a solver. From here on the first signal asks for what is found. `meanwhile`: called now
        and then, and once after the work.
        """
        done: list[Result] = []
        faults: list[BaseException] = []

        def run() -> None:
            try:
                done.append(work())
            except BaseException as fault:  # carried over to the main thread, which raises it
                faults.append(fault)

        self._has_begun = True
        # A daemon: after a second signal nobody waits for the kernel to come back.
        thread = threading.Thread(target=run, name="search", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(TICK_S)
            meanwhile()
        meanwhile()
        if faults:
            raise faults[0]
        return done[0]

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.has_come or not self._has_begun:
            raise GaveUp
        self.stop.set()
        print(word("cli.stopping", self.lang), file=sys.stderr, flush=True)
