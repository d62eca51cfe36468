"""A visit without one of those it is tied to: alone, or with one change more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.worker_obstacles import NEAR_MIN
from solver.advice.suggesting.drafts import SPLIT_COST, fewest, placements, two_changes_of, worker_of
from solver.advice.suggesting.trial_changes import TrialChange, longer_hours, papers_needed, shifted_windows
from solver.advice.trial_model import Spot, place_together


def split(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """The visit without one of those it is tied to; what still goes with it comes too."""
    for other in _tied(session, row):
        with _apart(session, row, other):
            found = place_together(session, row, _still_with(session, row, other))
        if found is not None:
            yield _split(session, row, other, found[1])


def split_and_more(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """The visit without one of its ties, and one change more for the worker who then comes."""
    near = session.problem.horizon.ticks(NEAR_MIN)
    for other in _tied(session, row):
        rows = [row, *_still_with(session, row, other)]
        for tour, own in enumerate(session.model.tours):
            if own.worker.id in session.fixed_workers or session.gap(tour, row) > near:
                continue
            for lever in _levers(session, rows, tour):
                yield from _tried(session, rows, other, tour, lever)


def _tied(session: AdviceSession, row: int) -> list[str]:
    """Ids of the visits whose tie keeps this one from people. A visit whose client wants nobody has no row in
    the model, and still does."""
    links, visit = session.problem.links, session.ids[row]
    others = {
        one.second if one.first == visit else one.first for one in links if visit in (one.first, one.second)
    }
    rows, start_of = session.model.visit_row, session.problem.fixed_start
    return sorted(one for one in others if one in rows or start_of(one) is None)


@contextmanager
def _apart(session: AdviceSession, row: int, other: str) -> Iterator[None]:
    trial, apart = session.trial_model, session.model.visit_row.get(other)
    with trial.beside_nobody(row) if apart is None else trial.untied(row, apart):
        if other in session.fixed_starts:
            with trial.beside_nothing_fixed(row):
                yield
        else:
            yield


def _still_with(session: AdviceSession, row: int, other: str) -> list[int]:
    """Uncovered visits that go with this one when its tie to `other` is gone."""
    apart = session.model.visit_row.get(other)
    found, waiting = [row], [row]
    while waiting:
        one = waiting.pop()
        for with_it in dict.fromkeys(session.arrays.partners_of(one)):
            if {one, with_it} != {row, apart} and with_it not in found:
                found.append(with_it)
                waiting.append(with_it)
    return [one for one in found[1:] if one not in session.place_of]


def _split(session: AdviceSession, row: int, other: str, spots: tuple[Spot, ...]) -> Suggestion:
    visit, worker = session.ids[row], worker_of(session, spots)
    reason = Reason.of("split_from", visit=visit, other=other, worker=worker)
    put = placements(session, spots)
    return Suggestion(SuggestionKind.SPLIT, visit, reason, SPLIT_COST, put, worker, other=other)


# -- with one change more ----------------------------------------------------------------------------------
def _levers(session: AdviceSession, rows: list[int], tour: int) -> Iterator[TrialChange]:
    """The changes that may let the tour take the visits: a paper or a competency, else hours and windows."""
    needed = papers_needed(session, rows[0], tour, ignoring_ties=True)
    if needed:
        yield from needed if len(needed) == 1 else ()
    elif needed is not None:
        yield from longer_hours(session, rows[0], tour)
        yield from shifted_windows(session, rows, session.model.tours[tour].worker.id)


def _tried(
    session: AdviceSession, rows: list[int], other: str, tour: int, lever: TrialChange
) -> Iterator[Suggestion]:
    """The split with the lever at its fewest minutes."""

    def spots_with(minutes: int) -> tuple[Spot, ...] | None:
        session.go_on()
        with _apart(session, rows[0], other), lever.hold(minutes):
            found = place_together(session, rows[0], rows[1:])
        # Somebody else's place would be the split alone.
        return found[1] if found is not None and found[1][0][1] == tour else None

    most = spots_with(lever.most)
    if most is not None:
        minutes, spots = fewest(0, lever.most, most, spots_with)
        parts = [_split(session, rows[0], other, spots), lever.told(minutes)]
        yield from two_changes_of(session, rows[0], tour, parts, placements(session, spots))
