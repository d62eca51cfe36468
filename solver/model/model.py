"""Problem -> Model: the rules' twins tell the builder what binds, `solver.primitives.assembly` makes arrays
of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brigade.errors import refuse
from brigade.judging.coverage_levels import uncountable
from brigade.timing.tour import own_meal
from brigade.values.announced import EVERYBODY, AnnouncedPlan
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request
from solver.kernel.arrays import Arrays, Ints
from solver.kernel.build import load_kernel
from solver.model.usual_hours import without_holds
from solver.primitives.assembly import Assembly
from solver.primitives.builder import ModelBuilder, constant
from solver.primitives.contract_periods import counted_periods, total_of
from solver.primitives.rule_readings import WorkerTour
from solver.rules import Twin, twins


@dataclass(frozen=True)
class Model:
    """The arrays and the way back: row numbers to identifiers. Bit k of `forbidden_by[tour, visit]` says that
    the rule `codes[k]` forbids the pair; `ends`: the pair's flags were it allowed. `pinned` are the rows of
    visits that must stay where they are. `start`, `told`: the plan told before and to whom."""

    problem: Problem
    arrays: Arrays
    requests: tuple[Request, ...]
    tours: tuple[WorkerTour, ...]
    codes: tuple[str, ...]
    forbidden_by: Ints
    ends: NDArray[np.uint8]
    pinned: frozenset[int] = frozenset()
    start: Plan | None = None
    told: AnnouncedPlan = EVERYBODY

    @cached_property
    def visit_row(self) -> dict[str, int]:
        return {request.visit.id: row for row, request in enumerate(self.requests)}

    @cached_property
    def tour_row(self) -> dict[tuple[str, int, str | None], int]:
        """By worker, availability and vehicle."""
        return {tour.key: row for row, tour in enumerate(self.tours)}

    @cached_property
    def shortest_travel(self) -> NDArray[np.int32]:
        """Least ticks between sites by profile, detours allowed: what a bound may count on when a matrix
        breaks the triangle inequality. Shape as `Arrays.travel`."""
        shortest = np.array(self.arrays.travel, np.int32, order="C")
        for matrix in shortest:
            # Nowhere, the last row and column, is no place to go through.
            load_kernel().shortest_travel(matrix, len(matrix) - 1, len(matrix))
        return shortest

    def rules_against(self, tour: int, visit: int) -> tuple[str, ...]:
        """Codes of the rules that keep the visit out of the tour whatever its hours, in the order in which
        they spoke."""
        bits = int(self.forbidden_by[tour, visit])
        return tuple(code for k, code in enumerate(self.codes) if bits >> k & 1)

    def order_of(self, plan: Plan) -> list[list[int]]:
        """The visits of each tour of `plan`, as rows; what the problem no longer knows is left out."""
        orders: list[list[int]] = [[] for _ in self.tours]
        for route in plan.routes:
            row = self.tour_row.get((route.worker_id, route.tour, route.vehicle_id))
            if row is not None:
                orders[row] = [
                    self.visit_row[s.visit_id] for s in route.stops if s.visit_id in self.visit_row
                ]
        return orders

    def starts_of(self, plan: Plan) -> dict[int, int]:
        """The tick at which each visit of `plan` starts, by row."""
        stops = (stop for route in plan.routes for stop in route.stops)
        return {
            self.visit_row[stop.visit_id]: stop.start for stop in stops if stop.visit_id in self.visit_row
        }


def build_model(
    problem: Problem,
    start: Plan | None = None,
    asked: Sequence[Twin] | None = None,
    told: AnnouncedPlan = EVERYBODY,
) -> Model:
    """Fill the arrays.

    Args:
        start: a plan already told: its pinned visits stay, and leaving it is priced by the policy's
            disruption weights.
        asked: the rule twins to ask, all of them by default; tests leave one out to see that it is missed.
        told: who knows what of `start`: only those mind a change.
    Raises: InvalidProblem, when a plan could cost more than the search can count.
    """
    # Before anything is built: the kernel counts in 64 bits and would wrap around without a word.
    refuse(uncountable(problem))
    builder = ModelBuilder(problem)
    for twin in twins() if asked is None else asked:
        if not set(twin.CODES) & problem.rule_sets_off:
            with builder.speaking(twin.CODES[0]):
                twin.contribute(builder)
    with builder.speaking("LINK"):
        _keep_together(builder)
    _price_additional_hours(builder)
    _ask_own_meals(builder)
    with builder.speaking("PINNED"):
        pinned = _pin(builder, start)
    # Orders alone are timed by the search: what was told is compared at the hours of its orders alone.
    compared = None if start is None else without_holds(problem, start)
    assembly = Assembly(builder, compared, told, pinned)
    return Model(
        problem,
        assembly.arrays(),
        builder.requests,
        tuple(builder.tours),
        tuple(builder.codes),
        builder.forbidden_by,
        builder.ends,
        pinned,
        start,
        told,
    )


def _keep_together(builder: ModelBuilder) -> None:
    """What ASSIGNMENT says of links holds whether LINK is switched off or not."""
    for link in builder.problem.links:
        if link.together:
            builder.together(link.first, link.second)


def _price_additional_hours(builder: ModelBuilder) -> None:
    """Own work above the contract's hours costs what the policy says, period by period."""
    price = builder.problem.policy.weights.additional_hours
    for worker in builder.problem.workers if price else ():
        for counted in counted_periods(builder, worker):
            total_of(builder, worker, counted, constant(counted.period.hours), price=price)


def _ask_own_meals(builder: ModelBuilder) -> None:
    """The meal of an availability, under the hosts where the texts know no meal break."""
    for row, tour in enumerate(builder.tours):
        meal = own_meal(tour.availability)
        # Only where the texts have put no meal break: nobody owes two meals in one tour.
        free = builder.breaks["meal"][row] == 0
        if meal is not None:
            own = builder.breaks[row]
            own["own_meal"][free], own["own_meal_required"][free] = meal.length, meal.is_required
            own["own_meal_from"][free], own["own_meal_to"][free] = meal.earliest, meal.latest


def _pin(builder: ModelBuilder, start: Plan | None) -> frozenset[int]:
    """Pinned visits may only be where the start plan has them, and then."""
    rows = set()
    for route in start.routes if start else ():
        for stop in route.stops:
            row = builder.row_of_visit.get(stop.visit_id)
            if start and row is not None and stop.visit_id in start.pinned:
                rows.add(row)
                # One window of one tick: every engine obeys windows, so none has to know of pins.
                builder.fixed_windows[row] = [(stop.start, stop.start, stop.start)]
                for tour, other in enumerate(builder.tours):
                    if other.key != (route.worker_id, route.tour, route.vehicle_id):
                        builder.forbid(tour, [row])
    return frozenset(rows)
