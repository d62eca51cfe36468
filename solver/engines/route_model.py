"""The program of routes: which to drive so that the least of the top levels is left out."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import combinations

from ortools.sat.python import cp_model

from solver.engines.column_generation.columns import Column
from solver.engines.cpsat import run, solver_for
from solver.engines.route_judgement import RouteConflict, RouteJudgement
from solver.kernel.arrays import DIFFERENT, FAR, GUIDED, MAY_GUIDE, SAME, Ints
from solver.kernel.local_search import Orders


class RouteModel:
    """A CP-SAT model that chooses among routes which are lawful alone.

    Args: groups: the visits to cover; those of a group are covered together or not at all. counts: what each
    visit counts when it is left out, shape (visits,).
    """

    def __init__(
        self, judged: RouteJudgement, groups: Sequence[Sequence[int]], counts: Ints, routes: Sequence[Column]
    ) -> None:
        self.judged, self.groups, self.model = judged, groups, cp_model.CpModel()
        self.variables = [self.model.new_bool_var("") for _ in routes]
        self.of_route = dict(zip(routes, self.variables, strict=True))
        self.holding: dict[int, list[Column]] = defaultdict(list)
        self.driving: dict[int, list[Column]] = defaultdict(list)
        for route in routes:
            self.driving[route[0]].append(route)
            for visit in route[1]:
                self.holding[visit].append(route)
        self.left = [self.model.new_bool_var("") for _ in groups]
        self.left_of = {visit: left for group, left in zip(groups, self.left, strict=True) for visit in group}
        self._cover()
        self._tie()
        self._pair_tours()
        # By group: what is covered together or not at all is left out once, with all that it counts.
        weights = [int(counts[group].sum()) for group in groups]
        self.cost = cp_model.LinearExpr.weighted_sum(self.left, weights)
        self.model.minimize(self.cost)

    def hint(self, at_hand: set[Column], orders: Orders) -> None:
        covered = {visit for row in orders for visit in row}
        for route, variable in self.of_route.items():
            self.model.add_hint(variable, route in at_hand)
        for group, left in zip(self.groups, self.left, strict=True):
            self.model.add_hint(left, not covered.issuperset(group))

    def solve(self, below: int, limit_s: float, seed: int, is_over: Callable[[], bool]) -> list[Column]:
        """The routes of a plan that leaves out less than `below`; none where there is none, or none was found
        in time."""
        solver = solver_for(limit_s, seed)
        solver.parameters.cp_model_probing_level = 0  # takes most of a second here, and finds little
        solver.parameters.cut_level = 0  # what cuts take is longer than what they spare
        status = run(solver, self.model, is_over)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or solver.objective_value >= below:
            return []
        return [route for route, variable in self.of_route.items() if solver.boolean_value(variable)]

    def forbid(self, conflict: RouteConflict) -> None:
        """Forbid these routes together, and more like them: else the next plan would differ by a trifle."""
        # Its tour cannot do without such a visit: it may be in one route alone.
        for visit in conflict.left:
            self.model.add_at_most_one(self._any_of(self.holding[visit]))
        if not conflict.left:
            late = self.judged.put_off_by(conflict.routes)
            rest = [route for route in conflict.routes if not late or route != late[0]]
            later = self._later(late[1], self.judged.span(*late)[0] + 1, rest) if late else []
            self.model.add_bool_or([*(~self.of_route[route] for route in rest), *self._any_of(later)])

    def _later(self, visit: int, start: int, beside: Collection[Column]) -> list[Column]:
        """Routes of other tours that begin the visit at `start` or later."""
        tours = {tour for tour, _ in beside}
        return [
            route
            for route in self.holding[visit]
            if route[0] not in tours and self.judged.span(route, visit)[0] >= start
        ]

    def _any_of(self, routes: Iterable[Column]) -> list[cp_model.IntVar]:
        return [self.of_route[route] for route in dict.fromkeys(routes)]

    def _cover(self) -> None:
        for group in self.groups:
            for visit in group:
                self.model.add_bool_or([*self._any_of(self.holding[visit]), self.left_of[visit]])
        for tours in self._tours_by_stay().values():
            self.model.add_at_most_one(self._any_of(route for tour in tours for route in self.driving[tour]))

    def _tours_by_stay(self) -> dict[int, list[int]]:
        """Tours of one availability, each with another vehicle or none."""
        found: dict[int, list[int]] = defaultdict(list)
        for tour in self.driving:
            found[self.judged.stay_of(tour)].append(tour)
        return found

    def _tie(self) -> None:
        """Links: whose starts no two tours can bring together are not driven both; same or different
        workers."""
        arrays = self.judged.model.arrays
        for visit in list(self.holding):
            for link in arrays.links_of(visit):
                other = int(link["other"])
                # Of one group both are left out together, or neither.
                if link["together"] and self.left_of.get(visit) is not self.left_of.get(other):
                    self._keep_beside(visit, other)
                if other not in self.left_of or not self.holding[other]:
                    continue
                if link["timed"]:
                    self._keep_starts(visit, other, int(link["low"]))
                if link["worker"] == GUIDED:
                    self._keep_guided(visit, other)
                elif link["worker"] in (SAME, DIFFERENT):
                    self._keep_workers(visit, other, is_same=link["worker"] == SAME)

    def _keep_beside(self, visit: int, other: int) -> None:
        """Of a visit that needs another one: it is in a route only beside that one."""
        for route in self.holding[visit]:
            self.model.add_bool_or([~self.of_route[route], *self._any_of(self.holding[other])])

    def _keep_starts(self, visit: int, other: int, low: int) -> None:
        """start[other] - start[visit] >= low. The other end of a link is the other visit's own."""
        early = {route: self.judged.span(route, visit)[0] for route in self.holding[visit]}
        late = {route: self.judged.span(route, other)[1] for route in self.holding[other]}
        # One constraint a start, and not one a pair of routes: of those there are as many as the square.
        for start in sorted(set(early.values())):
            too_late = [route for route, first in early.items() if first >= start]
            too_early = [route for route, last in late.items() if last < start + low]
            if too_early:
                self.model.add_at_most_one(self._any_of([*too_late, *too_early]))

    def _keep_workers(self, visit: int, other: int, *, is_same: bool) -> None:
        own, others = self._by_worker(visit), self._by_worker(other)
        for worker, routes in own.items():
            if is_same:
                for route in routes:
                    self.model.add_bool_or(
                        [~self.of_route[route], self.left_of[other], *self._any_of(others[worker])]
                    )
            elif others[worker]:
                self.model.add_at_most_one(self._any_of([*routes, *others[worker]]))

    def _keep_guided(self, shared: int, other: int) -> None:
        """The other end of the link says the same."""
        guides = self.judged.model.arrays.pairs[:, shared] & MAY_GUIDE
        unguided = [route for route in self.holding[other] if not guides[route[0]]]
        if unguided:
            self.model.add_at_most_one(self._any_of([*self.holding[shared], *unguided]))

    def _by_worker(self, visit: int) -> dict[int, list[Column]]:
        found: dict[int, list[Column]] = defaultdict(list)
        for route in self.holding[visit]:
            found[int(self.judged.workers[route[0]])].append(route)
        return found

    def _pair_tours(self) -> None:
        """Days of one worker that hold two tours."""
        days: dict[tuple[int, int], list[int]] = defaultdict(list)
        for tour in self.driving:
            days[int(self.judged.workers[tour]), int(self.judged.slots[tour])].append(tour)
        pairs = (pair for tours in days.values() for pair in combinations(tours, 2))
        for one, other in pairs:
            if self.judged.stay_of(one) == self.judged.stay_of(other):
                continue
            for route, bad in self.judged.clashing(self.driving[one], self.driving[other]):
                if bad:
                    self.model.add_at_most_one(self._any_of([route, *bad]))
            for pair in self.judged.put_off(self.driving[one], self.driving[other]):
                self._put_off(pair)

    def _put_off(self, pair: tuple[Column, Column]) -> None:
        """A pair that is lawful from some start on is driven only beside routes that put it off so far."""
        if len(ties := self.judged.ties(pair)) != 1:
            return
        ((route, visit, other, low),) = ties
        last = self.judged.span(route, visit)[1] + low
        early = {self.judged.span(third, other)[0]: third for third in self._later(other, -FAR, pair)}
        starts = sorted(start for start in early if start <= last)
        # What is lawful with one start is taken as lawful with every later one: halving finds the first.
        first = bisect_left(starts, True, key=lambda start: self.judged.holds([*pair, early[start]]))
        later = self._later(other, starts[first], pair) if first < len(starts) else []
        self.model.add_bool_or([*(~self.of_route[one] for one in pair), *self._any_of(later)])
