"""A search that people can watch and stop: it runs in a thread of its own, the main one shows it and hears signals."""

from __future__ import annotations

import json
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from types import FrameType
from typing import TYPE_CHECKING, Protocol

from scenarios.console.phrases import phrase

if TYPE_CHECKING:
    from brigade.plan import Plan
    from brigade.problem import Problem
    from solver.outcome import Outcome
    from solver.settings import Progress, Settings

TICK_S = 0.05
"""How long the main thread sleeps between two looks: what Ctrl-C may have to wait, far below what a hand notices."""


class Solve(Protocol):
    """`solver.solve.solve`, or whatever stands in for it."""

    def __call__(
        self,
        problem: Problem,
        settings: Settings,
        *,
        start: Plan | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> Outcome: ...


HEARD = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C, and what schedulers and containers send before they kill: either asks for the best plan so far."""


class GaveUp(KeyboardInterrupt):
    """Ctrl-C or SIGTERM a second time: nothing is wanted any more."""


class Bar(StrEnum):
    AUTO = "auto"
    BAR = "bar"
    JSON = "json"
    NONE = "none"


@dataclass
class Search:
    """One run. `stopped`: whether a signal ended it early."""

    solve: Solve
    problem: Problem
    settings: Settings
    start: Plan | None = None
    lang: str = "fr"
    stopped: bool = False
    _is_heard: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _steps: queue.SimpleQueue[Progress] = field(default_factory=queue.SimpleQueue)
    _outcome: Outcome | None = None
    _fault: BaseException | None = None

    def run(self, bar: Bar) -> Outcome:
        """Raises: GaveUp on a second Ctrl-C; else whatever the search raises."""
        # A daemon: after a second Ctrl-C nobody waits for the kernel to come back.
        thread = threading.Thread(target=self._work, name="search", daemon=True)
        with self.hearing(), shower(bar, self.settings, self.lang) as show:
            thread.start()
            while thread.is_alive():
                thread.join(TICK_S)
                self._pass_on(show)
            self._pass_on(show)
        if self._fault is not None:
            raise self._fault
        assert self._outcome is not None
        return self._outcome

    def _work(self) -> None:
        try:
            self._outcome = self.solve(
                self.problem, self.settings, start=self.start, on_progress=self._steps.put, stop=self._stop
            )
        except BaseException as fault:  # carried over to the main thread, which raises it
            self._fault = fault

    def _pass_on(self, show: Callable[[Progress], None]) -> None:
        while True:
            try:
                show(self._steps.get_nowait())
            except queue.Empty:
                return

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Within it a first signal ends the search soon, or the work that follows it, and loses nothing; a second raises
        GaveUp.

        Whoever writes what was found stays within it until that is written.
        """
        if self._is_heard:
            yield
            return

        def hear(number: int, frame: FrameType | None) -> None:
            if self.stopped:
                raise GaveUp
            self.stopped = True
            self._stop.set()
            print(phrase("stopping", self.lang), file=sys.stderr, flush=True)

        before = [signal.signal(one, hear) for one in HEARD]
        self._is_heard = True
        try:
            yield
        finally:
            self._is_heard = False
            for one, handler in zip(HEARD, before, strict=True):
                signal.signal(one, handler)

    @property
    def stop(self) -> threading.Event:
        """Set by the first signal; for work that follows the search."""
        return self._stop


def shower(bar: Bar, settings: Settings, lang: str) -> AbstractContextManager[Callable[[Progress], None]]:
    """What shows the improvements, on stderr: a bar, JSON lines, or nothing."""
    if bar is Bar.BAR:
        return drawn_bar(settings, lang)
    return nullcontext(json_line if bar is Bar.JSON else ignore)


def ignore(progress: Progress) -> None:
    """Nobody watches."""


def json_line(progress: Progress) -> None:
    line = {
        "elapsed_s": round(progress.elapsed_s, 3),
        "objective": progress.objective,
        "bound": progress.bound,
        "covered": progress.covered,
        "iterations": progress.iterations,
    }
    print(json.dumps(line), file=sys.stderr, flush=True)


@contextmanager
def drawn_bar(settings: Settings, lang: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Drawn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[said]}"))
    with Drawn(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task(phrase("searching", lang), total=settings.iterations or settings.time_limit_s, said="")

        def show(progress: Progress) -> None:
            done = progress.iterations if settings.iterations else progress.elapsed_s
            drawn.update(task, completed=done, said=said(progress, lang))

        yield show


def said(progress: Progress, lang: str) -> str:
    """No gap: of a sum in which a level of visits outweighs all tours together, a share says nothing."""
    return phrase("step", lang, covered=progress.covered, objective=progress.objective)
