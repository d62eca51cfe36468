"""Changes that could cover a visit, kind by kind, the smallest first, as far as the kernel can see.

Each screen yields drafts; `solver.advice.suggesting.suggestions` has the plain rules check them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from brigade.changes.answers import Suggestion, SuggestionKind
from solver.advice.advice_session import AdviceSession
from solver.advice.suggesting.other_hours import extend, shift_window
from solver.advice.suggesting.other_means import add_competency, lend_car, sign
from solver.advice.suggesting.other_visits import add, drop, move, rearrange
from solver.advice.suggesting.splits import split

Screen = Callable[[AdviceSession, int], Iterator[Suggestion]]

SCREENS: Mapping[SuggestionKind, Screen] = {
    SuggestionKind.ADD: add,
    SuggestionKind.REARRANGE: rearrange,
    SuggestionKind.SHIFT_WINDOW: shift_window,
    SuggestionKind.EXTEND: extend,
    SuggestionKind.SIGN: sign,
    SuggestionKind.LEND_CAR: lend_car,
    SuggestionKind.SPLIT: split,
    SuggestionKind.MOVE: move,
    SuggestionKind.COMPETENCY: add_competency,
    SuggestionKind.DROP: drop,
}
