"""Where one visit could lawfully go in a plan as it stands, by the kernel: every tour and position, nothing
else moved."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from brigade.units import Ticks
from brigade.values.announced import EVERYBODY, AnnouncedPlan
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.kernel.arrays import MAY, Arrays
from solver.kernel.local_search import Orders, Search
from solver.kernel.structs import WINDOW
from solver.model.model import Model, build_model

KNOWN = 32
"""Visits whose places are kept: one in hand is asked for again with each place that is judged."""


@dataclass(frozen=True, slots=True)
class InsertionPosition:
    """`cost`: change of the plan's whole cost, coverage included."""

    worker_id: str
    tour: int
    position: int
    cost: int


class InsertionPositions:
    """The model of a problem, kept while its plans are edited: building it takes longer than judging an
    edit."""

    def __init__(self, problem: Problem, start: Plan | None, told: AnnouncedPlan = EVERYBODY) -> None:
        # Without pins: which visits are pinned changes with every edit, and `pinned` lays them over cheaply.
        pinless = None if start is None else Plan(start.routes)
        self.model: Model = build_model(problem, pinless, told=told)
        self.links = self.model.arrays.links.copy()
        self.links["together"] = 0
        """Half of a pair may be out while its place is sought; whether the other is covered is asked
        apart."""
        self._known: OrderedDict[object, tuple[InsertionPosition, ...]] = OrderedDict()

    def of(
        self, plan: Plan, visit_id: str, worker_ids: Collection[str] | None = None
    ) -> list[InsertionPosition]:
        """The lawful places of a visit that is taken out of `plan` first, cheapest first.

        What of the plan breaks a rule is left out beforehand. Args: worker_ids: look only at these workers'
        tours.
        """
        row = self.model.visit_row[visit_id]
        orders, pins = self._orders(plan, row), _pins(self.model, plan, row)
        whom = None if worker_ids is None else frozenset(worker_ids)
        # A hand that carries a visit from person to person leaves the same plan without it each time.
        key = row, whom, tuple(map(tuple, orders)), tuple(sorted(pins.items()))
        found = self._known.pop(key, None)
        if found is None:
            engine = self._loaded(orders, pins)
            found = tuple(self._places(engine, engine.plan(best=False), row, whom))
        self._known[key] = found
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)
        return list(found)

    def room_for(
        self, plan: Plan, visit_ids: Collection[str], worker_ids: Collection[str]
    ) -> Iterator[tuple[str, InsertionPosition]]:
        """Those of the visits, uncovered in `plan`, that now find a place with these workers, and the
        cheapest."""
        if not visit_ids:
            return
        engine = self._loaded(self._orders(plan), _pins(self.model, plan))
        orders = engine.plan(best=False)
        for visit_id in visit_ids:
            found = self._places(engine, orders, self.model.visit_row[visit_id], worker_ids)
            if found:
                yield visit_id, found[0]

    def _orders(self, plan: Plan, without: int | None = None) -> Orders:
        return [[row for row in order if row != without] for order in self.model.order_of(plan)]

    def _loaded(self, orders: Orders, pins: Mapping[int, Ticks]) -> Search:
        engine = Search(_with_pins(self.model.arrays, pins)._replace(links=self.links), seed=1)
        engine.load(orders)
        return engine

    def _places(
        self, engine: Search, orders: Orders, row: int, worker_ids: Collection[str] | None
    ) -> list[InsertionPosition]:
        """Args: orders: what the engine holds."""
        partners = self._partners(row)
        if partners and not partners <= {visit for order in orders for visit in order}:
            return []
        found, may = [], self.model.arrays.pairs[:, row] & MAY
        for tour in np.flatnonzero(may).tolist():
            one = self.model.tours[tour]
            if worker_ids is not None and one.worker.id not in worker_ids:
                continue
            for position in range(len(orders[tour]) + 1):
                cost = engine.try_insertion(row, tour, position)
                if cost is not None:
                    found.append(InsertionPosition(one.worker.id, one.index, position, cost))
        # Ties broken by names: two equal places are always offered in the same order.
        return sorted(found, key=lambda place: (place.cost, place.worker_id, place.tour, place.position))

    def _partners(self, row: int) -> set[int]:
        """The visits without which this one may not be covered."""
        return set(self.model.arrays.partners_of(row))


def pinned(model: Model, plan: Plan) -> Arrays:
    """The model's arrays with the plan's pins: as `build_model` would make them, without making all the rest
    again."""
    return _with_pins(model.arrays, _pins(model, plan))


def _pins(model: Model, plan: Plan, without: int | None = None) -> dict[int, Ticks]:
    """Starts by row. The visit whose place is sought is pinned no more: its pin would leave it the one place
    it has."""
    if not plan.pinned:
        return {}
    stops = {
        stop.visit_id: stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id in plan.pinned
    }
    rows = {model.visit_row[id]: start for id, start in stops.items() if id in model.visit_row}
    return {row: start for row, start in rows.items() if row != without}


def _with_pins(arrays: Arrays, pins: Mapping[int, Ticks]) -> Arrays:
    if not pins:
        return arrays
    visits, windows = arrays.visits.copy(), [arrays.windows]
    for number, (row, start) in enumerate(sorted(pins.items())):
        first = len(arrays.windows) + number
        pinned = visits[row]
        pinned["first_window"], pinned["end_window"] = first, first + 1
        pinned["opens"], pinned["shuts"], pinned["is_pinned"] = start, start, 1
        windows.append(np.array([(start, start, start)], WINDOW))
    return arrays._replace(visits=visits, windows=np.concatenate(windows))
