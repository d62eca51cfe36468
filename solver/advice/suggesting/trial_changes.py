"""Single changes that the trial model can hold for a while: papers, longer hours, shifted windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.suggesting.drafts import (
    LONGER_FACTOR,
    MOST_SHIFT_MIN,
    competency_given,
    engagement_signed,
)
from solver.advice.suggesting.other_hours import room
from solver.advice.suggesting.papers import LIFTED, lacking, lifted
from solver.model.fixed_part import TIES

Change = Callable[[int], Suggestion]


@dataclass(frozen=True, slots=True)
class TrialChange:
    """`most`: minutes it can be stretched to, 0 where it is done or not. `hold`: the model with so many
    minutes of it; `told`: the change itself."""

    most: int
    hold: Callable[[int], AbstractContextManager[None]]
    told: Change


def papers_needed(
    session: AdviceSession, row: int, tour: int, *, ignoring_ties: bool = False
) -> list[TrialChange] | None:
    """What the pair needs before hours are asked about: papers and competencies; None where nothing helps.
    Args: ignoring_ties: as if the ties of the visit kept nobody from it."""
    against = lacking(session, row, tour) - (TIES if ignoring_ties else frozenset())
    if not against <= LIFTED:
        return None
    own, visit = session.model.tours[tour], session.model.requests[row].visit
    hold = partial(_lifted, session, row, tour)
    found: list[TrialChange] = []
    if "ENGAGEMENT" in against:
        told = engagement_signed(session, row, tour)
        found.append(TrialChange(0, hold, partial(_same, told)))
    if "COMPETENCIES" in against:
        missing = sorted(visit.required - session.problem.competencies_of(own.worker, own.day))
        if not missing:
            return None
        for one in missing:
            told = competency_given(session, row, tour, one)
            found.append(TrialChange(0, hold, partial(_same, told)))
    return found


def _lifted(session: AdviceSession, row: int, tour: int, _: int) -> AbstractContextManager[None]:
    return lifted(session, row, tour)


def _same(told: Suggestion, _: int) -> Suggestion:
    return told


def longer_hours(session: AdviceSession, row: int, tour: int) -> Iterator[TrialChange]:
    """The availability longer, at either end."""
    for is_later in (True, False):
        most = int(min(MOST_SHIFT_MIN, session.problem.horizon.minutes(room(session, tour, is_later))))
        if most > 0:
            yield TrialChange(
                most,
                partial(_longer, session, tour, is_later),
                partial(_extension, session, row, tour, is_later),
            )


def _longer(session: AdviceSession, tour: int, is_later: bool, minutes: int) -> AbstractContextManager[None]:
    ticks = session.problem.horizon.ticks(minutes)
    return session.trial_model.longer(tour, 0 if is_later else ticks, ticks if is_later else 0)


def _extension(session: AdviceSession, row: int, tour: int, is_later: bool, minutes: int) -> Suggestion:
    own, ticks = session.model.tours[tour], session.problem.horizon.ticks(minutes)
    reason = Reason.of(
        "extend_later" if is_later else "extend_earlier", worker=own.worker.id, extra_min=minutes
    )
    return Suggestion(
        SuggestionKind.EXTEND,
        session.ids[row],
        reason,
        LONGER_FACTOR * minutes,
        (),
        own.worker.id,
        tour=own.index,
        earlier=0 if is_later else ticks,
        later=ticks if is_later else 0,
    )


def shifted_windows(session: AdviceSession, rows: list[int], worker_id: str) -> Iterator[TrialChange]:
    """The visit's own window, with those that go with it, later or earlier."""
    for sign in (1, -1):
        told = partial(_shift, session, rows, worker_id, sign)
        yield TrialChange(MOST_SHIFT_MIN, partial(_shifted, session, rows, sign), told)


def _shifted(
    session: AdviceSession, rows: list[int], sign: int, minutes: int
) -> AbstractContextManager[None]:
    """The window wider on that side: the fewest minutes of that are the shift that is enough; a longer one
    need not be."""
    ticks = session.problem.horizon.ticks(minutes)
    return session.trial_model.wider(rows, 0 if sign > 0 else ticks, ticks if sign > 0 else 0)


def _shift(session: AdviceSession, rows: list[int], worker_id: str, sign: int, minutes: int) -> Suggestion:
    names, by = tuple(session.ids[one] for one in sorted(rows)), sign * session.problem.horizon.ticks(minutes)
    code = "shift_window_later" if sign > 0 else "shift_window_earlier"
    reason = Reason.of(code, visits=names, shift_min=minutes, worker=worker_id)
    return Suggestion(
        SuggestionKind.SHIFT_WINDOW,
        session.ids[rows[0]],
        reason,
        minutes,
        (),
        worker_id,
        shift=by,
        changed_visits=names,
    )
