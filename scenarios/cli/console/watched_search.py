"""A search that people can watch and stop."""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from brigade.words import word
from scenarios.cli.console.interruption import Interruption

if TYPE_CHECKING:
    from brigade.values.plan import Plan
    from brigade.values.problem import Problem
    from solver.model.outcome import SolveOutcome
    from solver.model.search_settings import Progress, SearchSettings


class SolveFunction(Protocol):
    """`solver.solve.solve`, or whatever stands in for it."""

    def __call__(
        self,
        problem: Problem,
        settings: SearchSettings,
        *,
        start: Plan | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> SolveOutcome: ...


class ProgressBar(StrEnum):
    AUTO = "auto"
    BAR = "bar"
    JSON = "json"
    NONE = "none"


@dataclass
class WatchedSearch:
    """One run, which a signal may end early."""

    solve: SolveFunction
    problem: Problem
    settings: SearchSettings
    start: Plan | None = None
    interruption: Interruption = field(default_factory=Interruption)
    # Progress comes from the search's thread, and is drawn by the one that listens to signals.
    _steps: queue.SimpleQueue[Progress] = field(default_factory=queue.SimpleQueue)

    def run(self, bar: ProgressBar) -> SolveOutcome:
        """Raises: GaveUp on a second signal; else whatever the search raises."""
        with shower(bar, self.settings, self.interruption.lang) as show:
            return self.interruption.aside(self._work, lambda: self._pass_on(show))

    def _work(self) -> SolveOutcome:
        return self.solve(
            self.problem,
            self.settings,
            start=self.start,
            on_progress=self._steps.put,
            stop=self.interruption.stop,
        )

    def _pass_on(self, show: Callable[[Progress], None]) -> None:
        # All that has come since: an improvement must not wait for the next one to be seen.
        while True:
            try:
                show(self._steps.get_nowait())
            except queue.Empty:
                return


def shower(
    bar: ProgressBar, settings: SearchSettings, lang: str
) -> AbstractContextManager[Callable[[Progress], None]]:
    """What shows the improvements, on stderr: a bar, JSON lines, or nothing."""
    if bar is ProgressBar.BAR:
        return drawn_bar(settings, lang)
    return nullcontext(json_line if bar is ProgressBar.JSON else ignore)


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
def drawn_bar(settings: SearchSettings, lang: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Drawn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[said]}"),
    )
    # On stderr: stdout is the answer's, often a pipe.
    with Drawn(*columns, console=Console(stderr=True), transient=True) as drawn:
        # Against whatever ends the search: work where it was asked in iterations, else time.
        task = drawn.add_task(
            word("cli.searching", lang), total=settings.iterations or settings.time_limit_s, said=""
        )

        def show(progress: Progress) -> None:
            done = progress.iterations if settings.iterations else progress.elapsed_s
            drawn.update(task, completed=done, said=said(progress, lang))

        yield show


def said(progress: Progress, lang: str) -> str:
    """No gap: of a sum in which a level of visits outweighs all tours together, a share says nothing."""
    return word("cli.step", lang, covered=progress.covered, objective=progress.objective)
