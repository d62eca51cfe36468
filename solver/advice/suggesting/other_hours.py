"""Other hours that could cover a visit: its own window shifted, or somebody's availability longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.worker_obstacles import NEAR_MIN
from solver.advice.suggesting.drafts import (
    COARSE_MIN,
    LONGER_FACTOR,
    MOST_SHIFT_MIN,
    fewest,
    placements,
    worker_of,
)
from solver.advice.trial_model import Spot, place_whole
from solver.kernel.arrays import MAY

# Half an hour first, then all that may be asked: the first that is enough bounds the halving that follows.
PROBES_MIN = (30, MOST_SHIFT_MIN)


def shift_window(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """The smallest shift later and the smallest earlier; visits that go together move together."""
    rows = [row, *session.missing_partners(row)]
    drafts = []
    for sign in (-1, 1):
        found = _least_shift(session, row, rows, sign)
        if found is not None:
            minutes, spots = found
            drafts.append(
                (minutes, _shift_draft(session, rows, sign * session.problem.horizon.ticks(minutes), spots))
            )
    # By minutes alone: later and earlier are asked of the client alike.
    yield from (draft for _, draft in sorted(drafts, key=lambda one: one[0]))


def _least_shift(
    session: AdviceSession, row: int, rows: list[int], sign: int
) -> tuple[int, tuple[Spot, ...]] | None:
    """The first of the coarse steps that is enough, less each minute that it can do without; pairs, which
    take a hundred times longer, in coarse steps only."""

    def spots_with(minutes: int) -> tuple[Spot, ...] | None:
        with session.trial_model.shifted(rows, sign * session.problem.horizon.ticks(minutes)):
            found = place_whole(session, session.trial_model.search, row)
        return None if found is None else found[1]

    for coarse in range(COARSE_MIN, MOST_SHIFT_MIN + 1, COARSE_MIN):
        spots = spots_with(coarse)
        if spots is None:
            continue
        # One minute more at a time: a shift that is enough may be followed by one that is not, so halving
        # would miss it.
        for minutes in range(coarse - COARSE_MIN + 1, coarse if len(rows) == 1 else 0):
            found = spots_with(minutes)
            if found is not None:
                return minutes, found
        return coarse, spots
    return None


def _shift_draft(session: AdviceSession, rows: list[int], by: int, spots: tuple[Spot, ...]) -> Suggestion:
    names, minutes = tuple(session.ids[one] for one in sorted(rows)), minutes_of(session.problem, abs(by))
    worker = worker_of(session, spots)
    code = "shift_window_later" if by > 0 else "shift_window_earlier"
    return Suggestion(
        SuggestionKind.SHIFT_WINDOW,
        session.ids[rows[0]],
        Reason.of(code, visits=names, shift_min=minutes, worker=worker),
        round(minutes),
        placements(session, spots),
        worker,
        shift=by,
        changed_visits=names,
    )


def extend(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """For each worker the fewest minutes more before or after a tour, then the fewest of all first."""
    near = session.problem.horizon.ticks(NEAR_MIN)
    drafts: list[tuple[int, Suggestion]] = []
    for tour in range(len(session.model.tours)):
        if session.gap(tour, row) <= near and session.arrays.pairs[tour, row] & MAY:
            for is_later in (True, False):
                found = _least_longer(session, row, tour, is_later)
                if found is not None:
                    drafts.append((found[0], _extend_draft(session, row, tour, found, is_later)))
    drafts.sort(key=lambda one: (one[0], one[1].worker_id or ""))
    told: set[str | None] = set()
    for _, draft in drafts:
        if draft.worker_id not in told:
            told.add(draft.worker_id)
            yield draft


def _least_longer(
    session: AdviceSession, row: int, tour: int, is_later: bool
) -> tuple[int, tuple[Spot, ...]] | None:
    """The fewest minutes that are enough where one fewer is not: the first probe that is, then halving below
    it. None where the visit fits with none at all."""
    most = session.problem.horizon.minutes(room(session, tour, is_later))
    low, high, found = 0, 0, None
    for probe in (minutes for minutes in PROBES_MIN if minutes <= most):
        low, high, found = high, probe, _if_longer(session, row, tour, probe, is_later)
        if found is not None:
            break
    if found is None:
        return None
    minutes, spots = fewest(low, high, found, lambda each: _if_longer(session, row, tour, each, is_later))
    # Halving never tries none at all: a visit that fits without a minute more needs no extension.
    is_needed = minutes > 1 or _if_longer(session, row, tour, 0, is_later) is None
    return (minutes, spots) if is_needed else None


def _if_longer(
    session: AdviceSession, row: int, tour: int, minutes: int, is_later: bool
) -> tuple[Spot, ...] | None:
    ticks = session.problem.horizon.ticks(minutes)
    tours = (
        session.tours_of(session.model.tours[tour].worker.id)
        if session.missing_partners(row)
        else range(tour, tour + 1)
    )
    with session.trial_model.longer(tour, 0 if is_later else ticks, ticks if is_later else 0):
        found = place_whole(session, session.trial_model.search, row, tours=tours)
    return None if found is None else found[1]


def room(session: AdviceSession, tour: int, is_later: bool) -> int:
    """Ticks free up to the worker's next (previous) availability and, before it, to the soonest hour; short
    of a known absence or delay, and inside the local dates this one has: on another date other rules speak,
    which this tour's pairs were never asked."""
    horizon, tours = session.problem.horizon, session.arrays.tours
    own, start, end = (
        session.tours_of(session.model.tours[tour].worker.id),
        tours["start"][tour],
        tours["hard_end"][tour],
    )
    stay = session.model.tours[tour].availability
    if is_later:
        free_to = horizon.at(horizon.day_of(int(end) - 1) + timedelta(days=1), time())
        free_to = free_to if stay.not_after is None else min(free_to, stay.not_after)
        return int(min(free_to, tours["start"][tour + 1] if tour + 1 < own.stop else free_to) - end)
    free_to = max(horizon.at(horizon.day_of(int(start)), time()), session.soonest, stay.not_before or 0)
    return int(start - max(free_to, tours["hard_end"][tour - 1] if tour > own.start else free_to))


def _extend_draft(
    session: AdviceSession, row: int, tour: int, found: tuple[int, tuple[Spot, ...]], is_later: bool
) -> Suggestion:
    minutes, spots = found
    own, ticks = session.model.tours[tour], session.problem.horizon.ticks(minutes)
    return Suggestion(
        SuggestionKind.EXTEND,
        session.ids[row],
        Reason.of("extend_later" if is_later else "extend_earlier", worker=own.worker.id, extra_min=minutes),
        LONGER_FACTOR * minutes,
        placements(session, spots),
        own.worker.id,
        tour=own.index,
        earlier=0 if is_later else ticks,
        later=ticks if is_later else 0,
    )
