"""A change on trial is taken back whatever happens: the next question reads the arrays and the plan as they
were."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from brigade.timing.plan_timing import retime
from brigade.values.demand import Link, LinkKind
from solver.advice import AdviceSession
from solver.advice.trial_model import Chain, TrialModel
from tests.builders import problem, visit, worker

Change = Callable[[TrialModel], AbstractContextManager[object]]
CHANGES: dict[str, Change] = {
    "shifted": lambda bench: bench.shifted([0, 1], 15),
    "wider": lambda bench: bench.wider([0], 10, 20),
    "open_longer": lambda bench: bench.open_longer(0, 30),
    "longer": lambda bench: bench.longer(0, 15, 30),
    "allowed": lambda bench: bench.allowed(1, 0),
    "allowed at ends": lambda bench: bench.allowed(1, 0, at_ends=True),
    "untied": lambda bench: bench.untied(0, 1),
    "own_windows": lambda bench: bench.own_windows(0),
    "beside_nothing_fixed": lambda bench: bench.beside_nothing_fixed(0),
    "holding": lambda bench: bench.holding([[], [1]]),
}


class Interrupted(Exception):
    """What may rise in a question: it is late, somebody asked to stop, a slip."""


@pytest.fixture
def session() -> AdviceSession:
    """Two people, two visits that begin together and are covered together or not at all, one planned each."""
    visits = [visit("V1", "A", 60, "09:00", "10:00"), visit("V2", "B", 60, "09:00", "10:00")]
    links = [Link(LinkKind.SAME_START, "V1", "V2"), Link(LinkKind.TOGETHER, "V1", "V2")]
    given = problem(visits, [worker("W1"), worker("W2")], links=links)
    session = AdviceSession(given, retime(given, {("W1", 0): ["V1"], ("W2", 0): ["V2"]}).plan)
    session.trial_model.arrays.pairs[1, 0] = 0  # what `allowed` lifts
    session.trial_model.arrays.windows["earliest"][0] += 5  # what `own_windows` opens again
    return session


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_taken_back_when_the_question_is_given_up(session: AdviceSession, change: Change) -> None:
    bench = session.trial_model
    before = copied(bench)

    def give_up() -> None:
        with change(bench):
            assert differs(bench, session, before), "nothing was on trial"
            raise Interrupted

    with pytest.raises(Interrupted):
        give_up()
    assert not differs(bench, session, before)


def test_visits_that_come_together_still_do_after_a_search_for_their_places(
    session: AdviceSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain lifts the ties of halves while it puts one after the other."""
    bench = session.trial_model
    before = copied(bench)

    def put(*_: object) -> None:
        bench.search.load([[], []])
        assert differs(bench, session, before)
        raise Interrupted

    chain = Chain(session, session.search)
    monkeypatch.setattr(chain, "_put", put)
    with pytest.raises(Interrupted):
        chain.lacking((0, 0, 0), [1])
    assert not differs(bench, session, before)


def copied(bench: TrialModel) -> dict[str, NDArray[Any]]:
    return {name: np.copy(table) for name, table in bench.arrays._asdict().items()}


def differs(bench: TrialModel, session: AdviceSession, before: dict[str, NDArray[Any]]) -> bool:
    """Whether the arrays are others than before, or the bench holds another plan than the one asked about."""
    tables = any(not np.array_equal(table, before[name]) for name, table in bench.arrays._asdict().items())
    return tables or bench.search.plan(best=False) != session.orders
