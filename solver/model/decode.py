"""Solution -> Plan: the orders found, timed by the plain timing that the checker knows, markings and papers
included."""

from __future__ import annotations

from collections.abc import Mapping

from brigade.errors import BrokenPromise
from brigade.law.marking import mark
from brigade.timing.plan_timing import RetimedPlan, retime
from brigade.values.plan import Plan
from solver.kernel.local_search import Orders
from solver.model.model import Model
from solver.model.search_clock import SearchClock
from solver.model.usual_hours import at_usual_hours

HOURS_SHARE, HOURS_LEAST_S = 0.1, 0.2
"""Of the user's time what bringing stops nearer to their usual hours may take, and what it may take at
least."""


def decode(
    model: Model,
    orders: Orders,
    starts: Mapping[int, int],
    told: Plan | None = None,
    clock: SearchClock | None = None,
) -> Plan:
    """The plan of these orders, its stops nearer to their usual hours where that pays and `clock` leaves
    time, marked against the plan `told` before.

    Waiting for somebody can be the break that a tour owed, so that a later start ends it earlier: starts that
    only rise, as the plain timing's do, can pass by times that keep every link. Then each tied visit waits
    for the start it was found with.
    Raises: BrokenPromise, when the plain timing cannot keep them: a slip of the kernel.
    """
    # Without starts first: those of the kernel are only needed where waiting for somebody is a break.
    retimed = _timed(model, orders, {})
    if retimed.issues:
        retimed = _timed(model, orders, starts)
    if retimed.issues:
        raise BrokenPromise("\n".join(map(str, retimed.issues)))
    return mark(model.problem, _at_usual_hours(model, retimed.plan, clock), told)


def _at_usual_hours(model: Model, plan: Plan, clock: SearchClock | None) -> Plan:
    is_over = (lambda: False) if clock is None else clock.is_up_after(HOURS_SHARE, HOURS_LEAST_S)
    return at_usual_hours(model.problem, plan, start=model.start, told=model.told, is_over=is_over)


def _timed(model: Model, orders: Orders, starts: Mapping[int, int]) -> RetimedPlan:
    """As early as the plain timing can, tied visits not before `starts`."""
    ids = [request.visit.id for request in model.requests]
    driven = [tour for tour, order in zip(model.tours, orders, strict=True) if order]
    named = {
        (tour.worker.id, tour.index): [ids[visit] for visit in order]
        for tour, order in zip(model.tours, orders, strict=True)
        if order
    }
    pinned = {
        # A pinned visit has one window of one tick: its start.
        ids[row]: int(model.arrays.windows["earliest"][model.arrays.visits["first_window"][row]])
        for row in model.pinned
    }
    tied = {ids[visit]: tick for visit, tick in starts.items() if _is_tied(model, visit)}
    drives = {tour.key[:2]: tour.vehicle.id for tour in driven if tour.vehicle is not None}
    return retime(model.problem.driven(drives), named, fixed_starts=pinned, no_earlier=tied)


def _is_tied(model: Model, visit: int) -> bool:
    return bool(model.arrays.links_of(visit)["timed"].any())
