"""Visits that go together: one change for the one who does this, one for the one who does that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from brigade.changes.answers import Suggestion
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.worker_obstacles import NEAR_MIN
from solver.advice.suggesting.drafts import placements, two_changes_of
from solver.advice.suggesting.pair_trials import placing, with_fewest
from solver.advice.suggesting.trial_changes import TrialChange, longer_hours, papers_needed
from solver.advice.trial_model import Spot


def one_each(session: AdviceSession, row: int, other: int) -> Iterator[Suggestion]:
    """Two visits that go together: one change for the one who does this, one for the one who does that."""
    mine, theirs = ([*_ways(session, one)] for one in (row, other))
    for tour, lever in mine:
        with lever.hold(lever.most):
            first = session.trial_model.search.place(row, range(tour, tour + 1))
            if not first.is_lawful:
                continue
            spot = (row, first.tour, first.position)
            for there, second in theirs:
                with second.hold(second.most):
                    found = session.trial_model.search.place(other, range(there, there + 1), first=spot)
                if found.is_lawful and not (lever.most or second.most):
                    parts = [lever.told(0), second.told(0)]
                    put = placements(session, (spot, (other, found.tour, found.position)))
                    yield from two_changes_of(session, row, tour, parts, put)
                elif found.is_lawful:
                    yield from _shortest(session, row, other, (tour, lever), (there, second))


def _shortest(
    session: AdviceSession,
    row: int,
    other: int,
    mine: tuple[int, TrialChange],
    theirs: tuple[int, TrialChange],
) -> Iterator[Suggestion]:
    """The same with the fewest minutes on either side."""

    def spots_with(minutes: Sequence[int]) -> tuple[Spot, ...] | None:
        with mine[1].hold(minutes[0]), theirs[1].hold(minutes[1]):
            first = session.trial_model.search.place(row, range(mine[0], mine[0] + 1))
            if not first.is_lawful:
                return None
            spot = (row, first.tour, first.position)
            found = session.trial_model.search.place(other, range(theirs[0], theirs[0] + 1), first=spot)
        return (spot, (other, found.tour, found.position)) if found.is_lawful else None

    yield from with_fewest(session, row, mine[0], (mine[1], theirs[1]), spots_with)


def one_each_of_chain(session: AdviceSession, row: int, missing: Sequence[int]) -> Iterator[Suggestion]:
    """Three visits and more that go together: one change for whoever does this one, one for whoever does one
    of the others; the rest find a place beside them."""
    ways = {one: [*_ways(session, one)] for one in (row, *missing)}
    for (tour, lever), other in product(ways[row], missing):
        for there, second in ways[other]:
            if session.model.tours[there].worker is not session.model.tours[tour].worker:
                levers = lever, second
                yield from with_fewest(session, row, tour, levers, placing(session, row, tour, levers))


def _ways(session: AdviceSession, row: int) -> Iterator[tuple[int, TrialChange]]:
    """Single levers for one visit, tour by tour, that let it in by itself; each is held while it is told."""
    near = session.problem.horizon.ticks(NEAR_MIN)
    for tour, own in enumerate(session.model.tours):
        if own.worker.id in session.fixed_workers or session.gap(tour, row) > near:
            continue
        needed = papers_needed(session, row, tour)
        levers = (
            needed
            if needed is not None and len(needed) == 1
            else [*longer_hours(session, row, tour)]
            if needed == []
            else []
        )
        for lever in levers:
            with lever.hold(lever.most):
                if session.trial_model.search.place(row, range(tour, tour + 1)).is_lawful:
                    yield tour, lever
