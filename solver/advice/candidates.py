"""Who could take a visit, or a half-day of visits: ranked by what it costs the plan; and why the others
cannot.

The order is that of the plan's own cost: coverage, then travel, continuity, overtime, equity, ... Among
equals, who was called at short notice least. Past refusals are shown and never ranked on; nobody is rated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from brigade.changes.answers import Candidate, Candidates, Obstacle, ObstacleKind, ObstacleSet
from brigade.judging.coverage_levels import points_of
from brigade.timing.plan_timing import TourKey
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from brigade.worked.refusal_counts import allowances
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.pushing import own, pushed_out
from solver.advice.obstacles.worker_obstacles import obstacles_between
from solver.advice.suggesting.drafts import placements
from solver.advice.trial_model import Spot, place_whole, with_spots
from solver.advice.worker_days import WorkerMinutes, days_of
from solver.kernel.local_search import Orders


@dataclass(frozen=True, slots=True)
class Insertion:
    """One way to give the visits to a worker: the orders it leads to and their change of cost."""

    worker_id: str
    cost: int
    spots: tuple[Spot, ...]
    orders: Orders


def candidates(
    problem: Problem, plan: Plan, visit_ids: str | Sequence[str], moves_allowed: bool = False
) -> Candidates:
    """Every worker, either ranked or with what stands in the way.

    Args: visit_ids: one visit, or several to be taken together by one person; covered ones may change hands.
        moves_allowed: other visits may change hands, and lower ones be given up, to make room.
    Raises: InvalidPlan, when a visit is not to be covered.
    """
    session = AdviceSession(problem, unpinned(plan, [visit_ids] if isinstance(visit_ids, str) else visit_ids))
    return candidates_for(session, visit_ids, moves_allowed)


def unpinned(plan: Plan, visit_ids: Iterable[str]) -> Plan:
    """Who asks who else could come is ready to move a pinned visit."""
    return replace(plan, pinned=plan.pinned - set(visit_ids))


def candidates_for(
    session: AdviceSession,
    visit_ids: str | Sequence[str],
    moves_allowed: bool = False,
    *,
    with_obstacles: bool = True,
) -> Candidates:
    """The same on a loaded session, in which the visits asked for are not pinned. Args: with_obstacles: what
    keeps the others away is told, which takes most of the time."""
    names = (visit_ids,) if isinstance(visit_ids, str) else tuple(dict.fromkeys(visit_ids))
    rows = session.rows(names)
    today = {
        session.model.tours[tour].worker.id for row, (tour, _) in session.place_of.items() if row in rows
    }
    ranked, others = [], []
    for worker in session.problem.workers:
        # Who does it today is no answer to who else could; of several visits she may well take the others.
        if len(rows) == 1 and worker.id in today:
            continue
        offer = _offer(session, rows, worker.id)
        if offer is None and moves_allowed and len(rows) == 1:
            offer = _with_moves(session, rows[0], worker.id)
        if offer is None:
            others += [_why_not(session, rows, worker.id)] if with_obstacles else []
        else:
            ranked.append(_candidate(session, rows, offer))
    # After the cost, whoever was called at short notice least, then by name: never by past refusals.
    ranked.sort(key=lambda one: (one.cost, one.short_notice_calls, one.worker_id))
    return Candidates(names, tuple(ranked), tuple(others))


# -- nothing else moved ------------------------------------------------------------------------------------
def _offer(session: AdviceSession, rows: Sequence[int], worker_id: str) -> Insertion | None:
    if worker_id in session.fixed_workers:
        return None
    if len(rows) > 1:
        return _block_offer(session, rows, worker_id)
    gone = own(session, rows[0])
    found = place_whole(session, session.search, rows[0], tours=session.tours_of(worker_id), without=gone)
    if found is None:
        return None
    return Insertion(worker_id, found[0], found[1], with_spots(session.orders, found[1], gone))


def _block_offer(session: AdviceSession, rows: Sequence[int], worker_id: str) -> Insertion | None:
    """All of the visits, put in one after the other: in order of time, else the longest first."""
    visits = session.model.requests
    by_time = sorted(rows, key=lambda row: (visits[row].visit.windows[0].earliest, row))
    by_length = sorted(rows, key=lambda row: (-visits[row].visit.duration, row))
    # In order of time a short visit may take the only place of a long one: then the longest go first.
    for order in (by_time, by_length):
        spots = _one_by_one(session, order, worker_id)
        if spots is not None:
            orders = with_spots(session.orders, spots, rows)
            return Insertion(worker_id, _cost_of(session, orders), spots, orders)
    return None


def _one_by_one(session: AdviceSession, rows: Sequence[int], worker_id: str) -> tuple[Spot, ...] | None:
    spots: tuple[Spot, ...] = ()
    for row in rows:
        with session.trial_model.holding(with_spots(session.orders, spots, rows)) as lawful:
            found = session.trial_model.search.place(row, session.tours_of(worker_id)) if lawful else None
        if found is None or not found.is_lawful:
            return None
        spots = (*spots, (row, found.tour, found.position))
    return spots


def _cost_of(session: AdviceSession, orders: Orders) -> int:
    """Change of the plan's cost; both plans are lawful."""
    with session.trial_model.holding(orders):
        return session.trial_model.search.facts.present - session.search.facts.present


# -- with others moved -------------------------------------------------------------------------------------
def _with_moves(session: AdviceSession, row: int, worker_id: str) -> Insertion | None:
    """What is in the way leaves; each of it finds another place or, of lower priority, none. The best of the
    worker's tours; None where somebody would lose a visit as important."""
    if worker_id in session.fixed_workers or session.missing_partners(row):
        return None
    made = (
        _pushing(session, row, tour) for tour in session.tours_of(worker_id) if not session.gap(tour, row)
    )
    return min((one for one in made if one is not None), key=lambda one: one.cost, default=None)


def _pushing(session: AdviceSession, row: int, tour: int) -> Insertion | None:
    gone = pushed_out(session, row, tour)
    if not gone or any(session.is_pinned(one) for one in gone):
        return None
    out = [*own(session, row), *gone]
    first = session.search.place(row, range(tour, tour + 1), without=out)
    spots: tuple[Spot, ...] = ((row, first.tour, first.position),)
    orders = with_spots(session.orders, spots, out)
    # The gravest first: it gets the first choice of the places that are left.
    for other in sorted(gone, key=lambda one: session.model.requests[one].visit.level):
        with session.trial_model.holding(orders) as lawful:
            found = (
                session.trial_model.search.place(other) if lawful and not session.partners(other) else None
            )
        if found is not None and found.is_lawful:
            spots = (*spots, (other, found.tour, found.position))
            orders = with_spots(session.orders, spots, out)
        # What is as grave as the visit asked for may not be lost for it.
        elif session.model.requests[other].visit.level <= session.model.requests[row].visit.level:
            return None
    return Insertion(session.model.tours[tour].worker.id, _cost_of(session, orders), spots, orders)


# -- how it looks ------------------------------------------------------------------------------------------
def _candidate(session: AdviceSession, rows: Sequence[int], offer: Insertion) -> Candidate:
    problem, worker = session.problem, session.problem.worker_by_id[offer.worker_id]
    names = [session.ids[row] for row in rows]
    before, after = (
        _days(session, session.orders, worker.id, names[0]),
        _days(session, offer.orders, worker.id, names[0]),
    )
    visits = [session.model.requests[row].visit for row in rows]
    known = tuple(one.id for one in visits if worker.id in one.familiar_workers)
    moved, dropped = _changed_hands(
        session, offer.orders, {*rows, *(one for row in rows for one in session.missing_partners(row))}
    )
    return Candidate(
        worker_id=worker.id,
        placements=placements(session, offer.spots),
        cost=offer.cost,
        points=_points(session, offer.orders),
        detour_min=after.travel - before.travel,
        known=known,
        hours_left_min=after.hours_left,
        work_min=after.work,
        fair_min=after.fair,
        short_notice_calls=worker.counters.short_notice_calls,
        allowances=tuple(allowances(problem, worker)),
        marking=after.marking,
        moved=moved,
        dropped=dropped,
    )


def _days(session: AdviceSession, orders: Orders, worker_id: str, visit_id: str) -> WorkerMinutes:
    return days_of(session.problem, session.plan, named(session, orders), worker_id, visit_id)


def named(session: AdviceSession, orders: Orders) -> dict[TourKey, list[str]]:
    tours, ids = session.model.tours, session.ids
    return {
        (tours[tour].worker.id, tours[tour].index): [ids[row] for row in order]
        for tour, order in enumerate(orders)
        if order
    }


def _points(session: AdviceSession, orders: Orders) -> int:
    """Priority points covered in `orders` less those covered today."""
    visits = session.model.requests
    covered = {row for order in orders for row in order}
    gained, lost = covered - session.place_of.keys(), session.place_of.keys() - covered
    worth = (sum(points_of(session.problem, visits[row].visit) for row in some) for some in (gained, lost))
    return next(worth) - next(worth)


def _changed_hands(
    session: AdviceSession, orders: Orders, asked: set[int]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Other visits that somebody else does now, and those that nobody does."""
    now = {row: tour for tour, order in enumerate(orders) for row in order}
    others = {row: tour for row, (tour, _) in session.place_of.items() if row not in asked}
    worker = [tour.worker.id for tour in session.model.tours]
    moved = {
        session.ids[row]: worker[now[row]]
        for row, tour in others.items()
        if row in now and worker[now[row]] != worker[tour]
    }
    return moved, tuple(session.ids[row] for row in others if row not in now)


def _why_not(session: AdviceSession, rows: Sequence[int], worker_id: str) -> ObstacleSet:
    """Of the first visit that the worker cannot take; where each would do alone, that they do not fit
    together."""
    for found in _obstacles_of(session, rows, worker_id):
        if found.first.kind not in (ObstacleKind.NONE, ObstacleKind.PARTNER) or len(rows) == 1:
            return found
    names = tuple(session.ids[row] for row in rows)
    return ObstacleSet(
        worker_id, None, (Obstacle(ObstacleKind.BUSY, Reason.of("does_not_fit_with", visits=names)),)
    )


def _obstacles_of(session: AdviceSession, rows: Sequence[int], worker_id: str) -> Iterator[ObstacleSet]:
    return (obstacles_between(session, row, worker_id) for row in rows)
