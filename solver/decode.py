"""Solution -> Plan: the orders found, timed by the plain timing that the checker knows, markings and papers included."""

from __future__ import annotations

from brigade.errors import BrokenPromise
from brigade.marking import mark
from brigade.plan import Plan
from brigade.timing import retime
from solver.kernel.search import Orders
from solver.model import Model


def decode(model: Model, orders: Orders, start: Plan | None = None) -> Plan:
    """The plan of these orders. Raises: BrokenPromise, when the plain timing cannot keep them: a slip of the kernel."""
    ids = [request.visit.id for request in model.requests]
    named = {
        (tour.worker.id, tour.index): [ids[visit] for visit in order]
        for tour, order in zip(model.tours, orders, strict=True)
        if order
    }
    pinned = {ids[row]: int(model.arrays.windows[model.arrays.visits[row, 2], 0]) for row in model.pinned}
    retimed = retime(model.problem, named, fixed_starts=pinned)
    if retimed.issues:
        raise BrokenPromise("\n".join(map(str, retimed.issues)))
    return mark(model.problem, retimed.plan, start)
