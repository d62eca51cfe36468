"""The table of states: what leads where, what each state means, and that nobody else changes one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.commitments.states import (
    AGREED,
    ANNOUNCED,
    BEGINS,
    CLOSED,
    MEANING,
    STANDING,
    TRANSITIONS,
    WAITING,
    State,
    Transition,
)


def test_every_state_is_reached_and_has_a_meaning() -> None:
    assert {*BEGINS.values(), *TRANSITIONS.values()} == set(State) == set(MEANING)


def test_hours_are_a_workers_only_once_she_agreed_or_a_text_let_them_be_imposed() -> None:
    assert set(ANNOUNCED) == {State.ORDERED, State.ACCEPTED, State.ACKNOWLEDGED}
    assert not {State.OFFERED, State.EXPIRED} & set(ANNOUNCED)


def test_silence_is_neither_yes_nor_no() -> None:
    """It leads from an offer to expired alone, which agrees to nothing, closes nothing, stands for nobody; an
    order stays."""
    assert {(state, to) for (state, act), to in TRANSITIONS.items() if act is Transition.EXPIRE} == {
        (State.OFFERED, State.EXPIRED)
    }
    assert State.EXPIRED not in (*AGREED, *CLOSED, *STANDING)


def test_only_an_offer_is_refused_and_only_an_order_acknowledged() -> None:
    assert {state for state, act in TRANSITIONS if act is Transition.REFUSE} == {State.OFFERED, State.EXPIRED}
    assert {state for state, act in TRANSITIONS if act is Transition.ACKNOWLEDGE} == {State.ORDERED}


@pytest.mark.parametrize("state", STANDING)
def test_whatever_stands_may_be_withdrawn(state: str) -> None:
    assert TRANSITIONS[State(state), Transition.WITHDRAW] is State.WITHDRAWN


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.DONE])
def test_nothing_follows_an_end(state: State) -> None:
    assert not [act for one, act in TRANSITIONS if one is state]


def test_what_waits_for_an_answer_ends_with_the_outcome() -> None:
    assert {state.value for state, act in TRANSITIONS if act is Transition.FINISH} == set(WAITING)


def test_the_table_of_the_page_is_the_table_of_the_code() -> None:
    page = Path("docs/commitments.md").read_text("utf-8")
    drawn = {tuple(found) for found in re.findall(r"^    (\w+) --> (\w+): (\w+)", page, re.MULTILINE)} - {
        ("proposed", to.value, "publication")
        for to in BEGINS.values()  # without a row yet
    }
    assert drawn == {(state.value, to.value, act.value) for (state, act), to in TRANSITIONS.items()}


def test_no_other_file_changes_a_state() -> None:
    """`offer.state = …` stands in the module of the table, and nowhere else."""
    found = [
        path for path in Path("api").rglob("*.py") if re.search(r"\boffer\.state = ", path.read_text("utf-8"))
    ]
    assert [path.as_posix() for path in found] == ["api/commitments/states.py"]
