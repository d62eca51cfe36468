"""Room for a visit in the plan: as it is, or where another visit changes hands, stays alone, moves or is
given up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.judging.coverage_levels import points_of
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.suggesting.drafts import (
    COARSE_MIN,
    DROP_COST,
    MOST_SHIFT_MIN,
    MOVE_COST,
    POINT_FACTOR,
    REARRANGE_COST,
    making_room,
    placements,
    worker_of,
)
from solver.advice.trial_model import Spot, place_whole, with_spots

# Each costs trials on the model: only the first few are worth them.
MOVES_TRIED = 4


def add(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    found = place_whole(session, session.search, row)
    if found is not None:
        visit, worker = session.ids[row], worker_of(session, found[1])
        reason = Reason.of("add_visit", visit=visit, worker=worker)
        yield Suggestion(SuggestionKind.ADD, visit, reason, 0, placements(session, found[1]), worker)


def rearrange(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """Another visit changes hands, or its place in its worker's tours, and makes room."""
    drafts: list[tuple[int, Suggestion]] = []
    # Alone only: what goes with another visit would have to change hands with it.
    for other, change, spots in _by_removing(session, row, lambda other: len(session.group([other])) == 1):
        orders = with_spots(session.orders, spots, [other])
        with session.trial_model.holding(orders) as lawful:
            elsewhere = session.trial_model.search.place(other) if lawful else None
        if elsewhere is None or not elsewhere.is_lawful:
            continue
        moved = (other, elsewhere.tour, elsewhere.position)
        reason, put = making_room(session, row, spots, moved), placements(session, (*spots, moved))
        draft = Suggestion(
            SuggestionKind.REARRANGE, session.ids[row], reason, REARRANGE_COST, put, worker_of(session, spots)
        )
        drafts.append((change + elsewhere.change, draft))
    yield from (draft for _, draft in sorted(drafts, key=lambda one: one[0]))


def _by_removing(
    session: AdviceSession, row: int, suits: Callable[[int], bool]
) -> Iterator[tuple[int, int, tuple[Spot, ...]]]:
    """Covered visits, never pinned ones, whose leaving lets the visit in: (it, change of cost, spots)."""
    for other, (tour, _) in sorted(session.place_of.items()):
        group = session.group([other])
        if not suits(other) or any(session.is_pinned(one) for one in group):
            continue
        tours = session.tours_of(session.model.tours[tour].worker.id)
        found = place_whole(
            session,
            session.search,
            row,
            tours=None if session.missing_partners(row) else tours,
            without=group,
        )
        if found is not None:
            yield other, found[0], found[1]


def move(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """A visit of lower priority at another hour, wherever that may be."""
    lower = [
        one
        for one in _by_removing(session, row, lambda other: _is_lower(session, other, row))
        if len(session.group([one[0]])) == 1
    ]
    for other, _, spots in sorted(lower, key=lambda one: one[1])[:MOVES_TRIED]:
        with session.trial_model.holding(with_spots(session.orders, spots, [other])) as lawful:
            found = _least_move(session, other) if lawful else None
        if found is not None:
            yield _move_draft(session, row, other, spots, *found)


def _least_move(session: AdviceSession, other: int) -> tuple[int, Spot] | None:
    for minutes in range(COARSE_MIN, MOST_SHIFT_MIN + 1, COARSE_MIN):
        for sign in (1, -1):
            by = sign * session.problem.horizon.ticks(minutes)
            with session.trial_model.shifted([other], by):
                found = session.trial_model.search.place(other)
            if found.is_lawful:
                return by, (other, found.tour, found.position)
    return None


def _move_draft(
    session: AdviceSession, row: int, other: int, spots: tuple[Spot, ...], by: int, spot: Spot
) -> Suggestion:
    visit, moved, worker = session.ids[row], session.ids[other], worker_of(session, spots)
    minutes = minutes_of(session.problem, abs(by))
    code = "move_later" if by > 0 else "move_earlier"
    reason = Reason.of(code, visit=visit, other=moved, shift_min=minutes, worker=worker)
    put = placements(session, (*spots, spot))
    cost = MOVE_COST + round(minutes)
    return Suggestion(
        SuggestionKind.MOVE, visit, reason, cost, put, worker, shift=by, changed_visits=(moved,)
    )


def drop(session: AdviceSession, row: int) -> Iterator[Suggestion]:
    """A visit of lower priority given up, and what cannot stay without it."""
    drafts = []
    for other, change, spots in _by_removing(session, row, lambda other: _is_lower(session, other, row)):
        group = session.group([other])
        points = sum(points_of(session.problem, session.model.requests[one].visit) for one in group)
        drafts.append((points, change, group, spots))
    for points, _, group, spots in sorted(drafts):
        names, visit, worker = (
            tuple(session.ids[one] for one in group),
            session.ids[row],
            worker_of(session, spots),
        )
        level = min(session.model.requests[one].visit.level for one in group)
        reason = Reason.of("drop_visits", visits=names, priority=level, visit=visit, worker=worker)
        cost, put = DROP_COST + POINT_FACTOR * points, placements(session, spots)
        yield Suggestion(SuggestionKind.DROP, visit, reason, cost, put, worker, changed_visits=names)


def _is_lower(session: AdviceSession, other: int, row: int) -> bool:
    """Whether a covered visit, and all that would leave with it, is of lower priority."""
    level = session.model.requests[row].visit.level
    return all(session.model.requests[one].visit.level > level for one in session.group([other]))
