"""The day entire in CP-SAT: orders, starts and links in one model, for small problems and where links tie
starts.

Tours that no rule of this model tells apart form a class and share one multiple circuit: who of them drives
which route is left to the search that judges what is found. Sources: routing by circuits in CP-SAT (Perron &
Furnon, OR-Tools); synchronised visits after Bredstrom & Ronnqvist (2008), European Journal of Operational
Research 191(1).

What is left out (`leaves_out` names it) only forbids or adds cost, as in pricing: breaks, meals, waits,
limits of days and weeks, fair shares. So the bound holds for the whole problem. What is found is only a
proposal: the kernel judges it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model

from solver.engines.cpsat import run, solver_for
from solver.engines.relaxed_terms import late_before_another_window, relaxed_rules
from solver.engines.symmetry import TourClass
from solver.kernel.arrays import (
    DIFFERENT,
    FAR,
    GUIDED,
    MAY_GUIDE,
    SAME,
    Arrays,
    Records,
)
from solver.kernel.local_search import Orders
from solver.model.model import Model

Var = cp_model.IntVar
Literal = cp_model.LiteralT


def leaves_out(model: Model) -> tuple[str, ...]:
    """What the bound of this model leaves out: what that of pricing does, and meals; but it keeps links, and
    lateness where no start may be late in one window and on time in the next."""
    # A visit is timed in the first window that it can reach, late or not; this model may wait for the next.
    keeps = {"LINK", "SHADOWING", "WORK_BLOCKS"}
    if not late_before_another_window(model.arrays):
        keeps |= {"lateness", "max_lateness"}
    return tuple(name for name in relaxed_rules(model, knows_meals=False) if name not in keeps)


@dataclass
class WholeDayModel:
    """The model built; `solve` runs it."""

    arrays: Arrays
    classes: Sequence[TourClass]
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    starts: list[Var] = field(default_factory=list)
    absent: list[Var] = field(default_factory=list)
    holds: list[dict[int, Var]] = field(default_factory=list)
    roads: list[dict[tuple[int, int], Var]] = field(default_factory=list)
    costs: list[tuple[int, Var]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._add_visits()
        for one in self.classes:
            self._add_class(one)
        for visit in range(len(self.arrays.visits)):
            self.model.add_exactly_one(
                [self.absent[visit], *(held[visit] for held in self.holds if visit in held)]
            )
        self._add_links()
        self._add_lateness()
        self.model.minimize(sum(price * variable for price, variable in self.costs))

    # -- visits ---------------------------------------------------------------------------------------------
    def _windows(self, visit: int) -> Records:
        return self.arrays.windows[self.arrays.window_rows(visit)]

    def _add_visits(self) -> None:
        for visit, row in enumerate(self.arrays.visits):
            spans = [[int(opens), int(shut)] for opens, _, shut in self._windows(visit) if opens <= shut]
            # An empty domain would make the whole day impossible, where only this visit is.
            domain = cp_model.Domain.from_intervals(spans or [[0, 0]])
            self.starts.append(self.model.new_int_var_from_domain(domain, f"start{visit}"))
            self.absent.append(self.model.new_bool_var(f"absent{visit}"))
            self.costs.append((int(row["penalty"]), self.absent[visit]))

    # -- tours ----------------------------------------------------------------------------------------------
    def _add_class(self, one: TourClass) -> None:
        """The circuits of a class, its legs' prices, and the time that its roads take."""
        held = {visit: self.model.new_bool_var(f"held{visit}") for visit in one.visits}
        roads = {arc: self.model.new_bool_var(f"road{arc}") for arc in one.arcs}
        node = {-1: 0} | {visit: rank + 1 for rank, visit in enumerate(one.visits)}
        arcs: list[tuple[int, int, Literal]] = [(node[a], node[b], road) for (a, b), road in roads.items()]
        arcs += [(node[visit], node[visit], literal.negated()) for visit, literal in held.items()]
        leaving = [road for (a, _), road in roads.items() if a == -1]
        self.holds.append(held)
        self.roads.append(roads)
        if len(one.tours) == 1:
            stays = self.model.new_bool_var("stays")
            # A circuit passes every node that has no loop of its own: a day at home needs one at the depot
            # too.
            self.model.add_circuit([*arcs, (0, 0, stays)])
            for literal in held.values():
                self.model.add_implication(stays, literal.negated())
        elif held:
            self.model.add_multiple_circuit(arcs)
            self.model.add(sum(leaving) <= len(one.tours))
        for arc, road in roads.items():
            self._add_road(one, arc, road)
        self._add_blocks(one, held)

    def _add_road(self, one: TourClass, arc: tuple[int, int], road: Var) -> None:
        a, tour = self.arrays, self.arrays.tours[one.tours[0]]
        (before, after), profile = arc, int(tour["profile"])
        here = int(tour["start_site"]) if before < 0 else int(a.visits["site"][before])
        there = int(tour["end_site"]) if after < 0 else int(a.visits["site"][after])
        price, leg = int(a.leg_cost[profile, here, there]), int(a.travel[profile, here, there])
        price += int(a.weights["used_worker"]) if before < 0 else 0
        price += int(a.pair_cost[one.tours[0], after]) if after >= 0 else 0
        self.costs.append((price, road))
        if before < 0:
            self.model.add(self.starts[after] >= int(tour["start"]) + leg).only_enforce_if(road)
            return
        ready = self.starts[before] + int(a.service[tour["worker"], before]) + leg
        if after >= 0:
            self.model.add(self.starts[after] >= ready).only_enforce_if(road)
            return
        self.model.add(ready <= int(tour["hard_end"])).only_enforce_if(road)
        if a.weights["overtime"] and tour["hard_end"] > tour["end"]:
            extra = self.model.new_int_var(0, int(tour["hard_end"] - tour["end"]), "extra")
            self.model.add(extra >= ready - int(tour["end"])).only_enforce_if(road)
            self.costs.append((int(a.weights["overtime"]), extra))

    def _add_blocks(self, one: TourClass, held: dict[int, Var]) -> None:
        """No service in hours in which the class's workers do not serve the visit."""
        a, worker = self.arrays, self.arrays.tours["worker"][one.tours[0]]
        for from_, until, scope in a.blocks_of(worker).tolist():
            for visit, literal in ((visit, held[visit]) for visit in held if a.scopes[scope, visit]):
                free = [[-FAR, from_ - int(a.service[worker, visit])], [until, FAR]]
                domain = cp_model.Domain.from_intervals(free)
                self.model.add_linear_expression_in_domain(self.starts[visit], domain).only_enforce_if(
                    literal
                )

    # -- links and lateness ---------------------------------------------------------------------------------
    def _add_links(self) -> None:
        a = self.arrays
        for visit in range(len(a.visits)):
            for link in a.links_of(visit):
                other = int(link["other"])
                both = [self.absent[visit].negated(), self.absent[other].negated()]
                if link["timed"]:
                    distance = self.starts[other] - self.starts[visit]
                    if link["low"] > -FAR:
                        self.model.add(distance >= int(link["low"])).only_enforce_if(both)
                    if link["high"] < FAR:
                        self.model.add(distance <= int(link["high"])).only_enforce_if(both)
                if link["together"]:
                    self.model.add_implication(self.absent[other], self.absent[visit])
                self._add_persons(visit, other, int(link["worker"]), both)

    def _add_persons(self, visit: int, other: int, wanted: int, both: Sequence[Literal]) -> None:
        """Same or different worker; where a class has several tours, starting together says it already."""
        if wanted == GUIDED:
            self._add_guided(visit, other)
        if wanted not in (SAME, DIFFERENT) or any(len(one.tours) > 1 for one in self.classes):
            return
        workers: dict[int, tuple[list[Var], list[Var]]] = {}
        for one, held in zip(self.classes, self.holds, strict=True):
            pair = workers.setdefault(int(self.arrays.tours["worker"][one.tours[0]]), ([], []))
            for literals, which in zip(pair, (visit, other), strict=True):
                literals += [held[which]] if which in held else []
        for ones, others in workers.values():
            if wanted == SAME:
                self.model.add(sum(ones) == sum(others)).only_enforce_if(both)
            else:
                self.model.add(sum(ones) + sum(others) <= 1)

    def _add_guided(self, shared: int, other: int) -> None:
        """Beside the shared visit nobody does the other one who does not guide."""
        for one, held in zip(self.classes, self.holds, strict=True):
            if other in held and not self.arrays.pairs[one.tours[0], shared] & MAY_GUIDE:
                self.model.add_implication(held[other], self.absent[shared])

    def _add_lateness(self) -> None:
        """Ticks after the end of the window that a start lies in, and the largest of them."""
        a, each, largest = (
            self.arrays,
            int(self.arrays.weights["lateness"]),
            int(self.arrays.weights["max_lateness"]),
        )
        if not (each or largest):
            return
        most = self.model.new_int_var(
            0, int((a.windows["hard_latest"] - a.windows["latest"]).max(initial=0)), "most"
        )
        for visit in range(len(a.visits)):
            windows = [window.tolist() for window in self._windows(visit) if window[0] <= window[2]]
            widest = max((shut - latest for _, latest, shut in windows), default=0)
            if widest <= 0:
                continue
            late = self.model.new_int_var(0, widest, f"late{visit}")
            inside = [self.model.new_bool_var("inside") for _ in windows]
            self.model.add_exactly_one(inside)
            for literal, (opens, latest, shut) in zip(inside, windows, strict=True):
                self.model.add_linear_constraint(self.starts[visit], opens, shut).only_enforce_if(literal)
                self.model.add(late >= self.starts[visit] - latest).only_enforce_if(
                    [literal, self.absent[visit].negated()]
                )
            self.model.add(most >= late)
            self.costs.append((each, late))
        self.costs.append((largest, most))

    # -- search ---------------------------------------------------------------------------------------------
    def hint(self, orders: Orders) -> None:
        """Begin at a plan: each route to a tour of its class."""
        covered = {visit for order in orders for visit in order}
        for visit, literal in enumerate(self.absent):
            self.model.add_hint(literal, visit not in covered)
        for one, roads in zip(self.classes, self.roads, strict=True):
            driven = set[tuple[int, int]]()
            for tour in one.tours:
                stops = [-1, *orders[tour], -1]
                driven |= set(pairwise(stops)) if orders[tour] else set()
            for arc, road in roads.items():
                self.model.add_hint(road, arc in driven)

    def orders(self, value: Callable[[Var], int]) -> Orders:
        """The routes of a solution, those of a class to its tours in turn."""
        found: Orders = [[] for _ in range(len(self.arrays.tours))]
        for one, roads in zip(self.classes, self.roads, strict=True):
            after = {a: b for (a, b), road in roads.items() if a >= 0 and value(road)}
            firsts = [b for (a, b), road in roads.items() if a < 0 and value(road)]
            for tour, visit in zip(one.tours, firsts, strict=False):
                while visit >= 0:
                    found[tour].append(visit)
                    visit = after[visit]
        return found

    def solve(
        self,
        limit_s: float,
        seed: int,
        on_orders: Callable[[Orders], None],
        on_bound: Callable[[int], None],
        is_over: Callable[[], bool],
        workers: int = 1,
    ) -> bool:
        """Search until proven, until `limit_s` seconds are over, or `is_over` says so. Returns whether it was
        proven."""
        solver = solver_for(limit_s, seed, workers)
        solver.best_bound_callback = lambda bound: on_bound(_whole(bound))
        status = run(
            solver, self.model, is_over, _SolutionCallback(lambda value: on_orders(self.orders(value)))
        )
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            on_bound(_whole(solver.best_objective_bound))
        return bool(status == cp_model.OPTIMAL)


def _whole(bound: float) -> int:
    """The least whole cost that the bound allows."""
    # CP-SAT tells its bound as a float: 3.00000001 is not yet 4.
    return int(np.ceil(bound - 1e-4))


class _SolutionCallback(cp_model.CpSolverSolutionCallback):
    """Hands every solution on."""

    def __init__(self, tell: Callable[[Callable[[Var], int]], None]) -> None:
        super().__init__()
        self._tell = tell

    def on_solution_callback(self) -> None:
        self._tell(self.value)
