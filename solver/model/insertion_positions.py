"""Where one visit could lawfully go in a plan as it stands, by the kernel: every tour and position, nothing
else moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from brigade.values.announced import EVERYBODY, AnnouncedPlan
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.kernel.arrays import MAY, Arrays
from solver.kernel.local_search import Orders, Search
from solver.kernel.structs import WINDOW
from solver.model.model import Model, build_model


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

    def of(
        self, plan: Plan, visit_id: str, worker_ids: Collection[str] | None = None
    ) -> list[InsertionPosition]:
        """The lawful places of a visit that is taken out of `plan` first, cheapest first.

        What of the plan breaks a rule is left out beforehand. Args: worker_ids: look only at these workers'
        tours.
        """
        row = self.model.visit_row[visit_id]
        engine = self._loaded(plan, row)
        return self._places(engine, row, worker_ids)

    def room_for(
        self, plan: Plan, visit_ids: Collection[str], worker_ids: Collection[str]
    ) -> Iterator[tuple[str, InsertionPosition]]:
        """Those of the visits, uncovered in `plan`, that now find a place with these workers, and the
        cheapest."""
        engine = self._loaded(plan, None)
        for visit_id in visit_ids:
            found = self._places(engine, self.model.visit_row[visit_id], worker_ids)
            if found:
                yield visit_id, found[0]

    def _loaded(self, plan: Plan, without: int | None) -> Search:
        orders: Orders = [[row for row in order if row != without] for order in self.model.order_of(plan)]
        engine = Search(pinned(self.model, plan, without)._replace(links=self.links), seed=1)
        engine.load(orders)
        return engine

    def _places(
        self, engine: Search, row: int, worker_ids: Collection[str] | None
    ) -> list[InsertionPosition]:
        orders = engine.plan(best=False)
        counts, covered = [len(order) for order in orders], {visit for order in orders for visit in order}
        if not self._partners(row) <= covered:
            return []
        found = []
        for tour, one in enumerate(self.model.tours):
            is_asked = worker_ids is None or one.worker.id in worker_ids
            if not is_asked or not self.model.arrays.pairs[tour, row] & MAY:
                continue
            for position in range(counts[tour] + 1):
                cost = engine.try_insertion(row, tour, position)
                if cost is not None:
                    found.append(InsertionPosition(one.worker.id, one.index, position, cost))
        # Ties broken by names: two equal places are always offered in the same order.
        return sorted(found, key=lambda place: (place.cost, place.worker_id, place.tour, place.position))

    def _partners(self, row: int) -> set[int]:
        """The visits without which this one may not be covered."""
        return set(self.model.arrays.partners_of(row))


def pinned(model: Model, plan: Plan, without: int | None = None) -> Arrays:
    """The model's arrays with the plan's pins: as `build_model` would make them, without making all the rest
    again."""
    arrays = model.arrays
    stops = {
        stop.visit_id: stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id in plan.pinned
    }
    rows = {model.visit_row[id]: start for id, start in stops.items() if id in model.visit_row}
    # The visit whose place is sought is pinned no more: its pin would leave it the one place it has.
    rows.pop(-1 if without is None else without, None)
    if not rows:
        return arrays
    visits, windows = arrays.visits.copy(), [arrays.windows]
    for number, (row, start) in enumerate(sorted(rows.items())):
        first = len(arrays.windows) + number
        pinned = visits[row]
        pinned["first_window"], pinned["end_window"] = first, first + 1
        pinned["opens"], pinned["shuts"], pinned["is_pinned"] = start, start, 1
        windows.append(np.array([(start, start, start)], WINDOW))
    return arrays._replace(visits=visits, windows=np.concatenate(windows))
