"""Why this worker? What a stop adds to the plan, term by term, and what the next best people would cost
instead."""

from __future__ import annotations

from collections.abc import Mapping

from brigade.changes.answers import Alternative, Contribution
from brigade.errors import InvalidPlan, Issue
from brigade.judging.objective import CostBreakdown, breakdown
from brigade.law.marking import mark
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.candidates import named, unpinned
from solver.advice.obstacles.worker_obstacles import obstacles_between
from solver.advice.trial_model import with_spots
from solver.advice.trial_plan import pinned_starts
from solver.kernel.local_search import BestInsertion, Orders

# Whoever asks why this person wants the next best, not the list of candidates.
MOST_ALTERNATIVES = 3


def why_worker(problem: Problem, plan: Plan, visit_id: str) -> Contribution:
    """What the visit's stop adds, who else could do it at which price, and what keeps the others away.

    Raises: InvalidPlan, when the plan does not cover the visit.
    """
    return contribution(AdviceSession(problem, unpinned(plan, [visit_id])), visit_id)


def contribution(session: AdviceSession, visit_id: str) -> Contribution:
    """The same on a loaded session, in which the visit is not pinned."""
    row = session.row(visit_id)
    stop = session.plan.stop_of(visit_id)
    if stop is None or row not in session.place_of:
        raise InvalidPlan([Issue("K103", "visits", "not_covered_by_plan", {"visit_id": visit_id})])
    today, is_timed = _costs(session, session.orders)
    without, can_go = _costs(session, with_spots(session.orders, [], [row]))
    # A plan made by hand may hold stops that nobody has marked: marked here, as if it were told now.
    marked = mark(session.problem, Plan(session.plan.routes_of(stop[0].worker_id)), None).stop_of(visit_id)
    fits = _fits(session, row, stop[0].worker_id)
    cannot = [w for w in session.problem.workers if w.id != stop[0].worker_id and w.id not in fits]
    return Contribution(
        visit_id,
        stop[0].worker_id,
        _difference(today, without),
        today.coverage - without.coverage,
        stop[1].marking or (marked[1].marking if marked else None),
        tuple(_alternative(session, row, fit, today) for fit in _cheapest(fits)),
        tuple(obstacles_between(session, row, worker.id) for worker in cannot),
        removable=is_timed and can_go,
    )


def _fits(session: AdviceSession, row: int, worker_id: str) -> dict[str, BestInsertion]:
    """By worker, the best lawful place once the visit has left its own."""
    found = {
        worker.id: session.search.place(row, session.tours_of(worker.id), without=[row])
        for worker in session.problem.workers
        if worker.id != worker_id and worker.id not in session.fixed_workers
    }
    return {id: fit for id, fit in found.items() if fit.is_lawful}


def _cheapest(fits: Mapping[str, BestInsertion]) -> list[BestInsertion]:
    ranked = sorted(fits.items(), key=lambda item: (item[1].change, item[0]))
    return [fit for _, fit in ranked[:MOST_ALTERNATIVES]]


def _alternative(session: AdviceSession, row: int, fit: BestInsertion, today: CostBreakdown) -> Alternative:
    then, _ = _costs(session, with_spots(session.orders, [(row, fit.tour, fit.position)], [row]))
    own = session.model.tours[fit.tour]
    return Alternative(own.worker.id, own.index, then.total - today.total, _difference(then, today))


def _costs(session: AdviceSession, orders: Orders) -> tuple[CostBreakdown, bool]:
    """Every term of these orders, and whether they can be timed."""
    timed = retime(session.problem, named(session, orders), fixed_starts=pinned_starts(session.plan))
    return breakdown(session.problem, timed.tours, session.plan), not timed.issues


def _difference(one: CostBreakdown, other: CostBreakdown) -> dict[str, int]:
    return {term: cost - other.terms[term] for term, cost in one.terms.items() if cost != other.terms[term]}
