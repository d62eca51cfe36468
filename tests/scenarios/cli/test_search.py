"""A search can be watched and stopped: Ctrl-C returns what was found, a second one gives up, faults come
through."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import pytest

from brigade.errors import BrokenPromise
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from scenarios.cli.console.interruption import GaveUp, Interruption
from scenarios.cli.console.watched_search import ProgressBar, SolveFunction, WatchedSearch, said
from solver.model.outcome import SolveOutcome
from solver.model.search_settings import Progress, SearchSettings
from solver.solve import solve
from tests.cli import lines_of
from tests.faults.base import sound

LIMITS = SearchSettings(None, iterations=50)
STEPS = (Progress(0.1, 900, None, 2, 10), Progress(0.2, 727, 700, 3, 20))


@cache
def found() -> SolveOutcome:
    return solve(sound(), LIMITS)


@dataclass
class Scripted:
    """A search that tells its steps, presses Ctrl-C as often as asked, and ends when stopped (or, `stubborn`,
    never)."""

    presses: int = 0
    stubborn: bool = False
    fault: Exception | None = None
    release: threading.Event = field(default_factory=threading.Event)

    def __call__(
        self,
        problem: Problem,
        settings: SearchSettings,
        *,
        start: Plan | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> SolveOutcome:
        assert on_progress is not None
        assert stop is not None
        for step in STEPS:
            on_progress(step)
        for _ in range(self.presses):
            os.kill(os.getpid(), signal.SIGINT)
            assert stop.wait(10)
        if self.stubborn:
            self.release.wait(30)
        if self.fault is not None:
            raise self.fault
        return found()


def search(by: SolveFunction, lang: str = "fr") -> WatchedSearch:
    return WatchedSearch(by, sound(), LIMITS, None, Interruption(lang))


def test_the_real_search_fits_the_seam() -> None:
    assert search(solve).run(ProgressBar.NONE).plan == found().plan


def test_steps_are_told_as_json_lines_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert search(Scripted()).run(ProgressBar.JSON) is found()
    out, err = capsys.readouterr()
    assert out == ""
    assert lines_of(err) == [
        {"elapsed_s": 0.1, "objective": 900, "bound": None, "covered": 2, "iterations": 10},
        {"elapsed_s": 0.2, "objective": 727, "bound": 700, "covered": 3, "iterations": 20},
    ]


def test_a_step_says_what_is_covered_and_claims_no_gap() -> None:
    assert said(STEPS[0], "fr") == "2 couvertes, coût 900"
    assert said(STEPS[1], "en") == "3 covered, cost 727"


def test_a_bar_leaves_stdout_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert search(Scripted()).run(ProgressBar.BAR) is found()
    assert capsys.readouterr().out == ""


def test_ctrl_c_returns_the_best_plan_so_far(capsys: pytest.CaptureFixture[str]) -> None:
    run = search(Scripted(presses=1))
    with run.interruption.heard():
        assert run.run(ProgressBar.NONE) is found()
    assert run.interruption.has_come
    assert capsys.readouterr().err.startswith("Arrêt demandé")


def test_a_second_ctrl_c_gives_up_without_waiting() -> None:
    stubborn = Scripted(presses=2, stubborn=True)
    run = search(stubborn)
    with run.interruption.heard(), pytest.raises(GaveUp):
        run.run(ProgressBar.NONE)
    stubborn.release.set()


def test_ctrl_c_belongs_to_others_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)
    run = search(Scripted(presses=1))
    with run.interruption.heard():
        run.run(ProgressBar.NONE)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_fault_of_the_search_comes_through() -> None:
    with pytest.raises(BrokenPromise, match="DAILY_REST"):
        search(Scripted(fault=BrokenPromise("DAILY_REST"))).run(ProgressBar.NONE)


def test_a_signal_before_there_is_anything_to_keep_gives_up() -> None:
    with Interruption().heard(), pytest.raises(GaveUp):
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_while_the_outputs_are_made_loses_nothing() -> None:
    """The first one after the search has ended: what was found is still written and told."""
    run = search(Scripted())
    with run.interruption.heard():
        run.run(ProgressBar.NONE)
        os.kill(os.getpid(), signal.SIGTERM)
        assert run.interruption.has_come
