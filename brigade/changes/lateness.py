"""A told plan as it goes on when workers are late: when visits can begin, which told hours cannot be kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from brigade.changes.carry import held_route, whole
from brigade.timing.tour_ways import leg_of, ways_of
from brigade.units import Ticks
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem


@dataclass(frozen=True, slots=True)
class HeldVisits:
    """Ids of visits that keep their worker. `firm`: whatever happens. `frozen`: those told to begin before
    `freeze`, as long as they still can. `late`: those that take longer than told."""

    firm: frozenset[str]
    frozen: frozenset[str]
    freeze: Ticks
    late: frozenset[str]


@dataclass(frozen=True, slots=True)
class LatePlan:
    """`plan`: the told one as it goes on. `free`: frozen visits that their late worker cannot keep.
    `earliest`: by visit whose told hour cannot be kept, when its worker can be there."""

    plan: Plan
    free: frozenset[str]
    earliest: Mapping[str, Ticks]


def delayed(problem: Problem, told: Plan, held: HeldVisits, whole_days: Collection[str] = ()) -> LatePlan:
    """Held visits begin when their worker can be there, as do all visits of the workers `whole_days`; the
    others stay where they were told. A frozen visit is free where it can begin neither before now, nor in its
    windows before the freeze."""
    routes, free, earliest = [], set[str](), dict[str, Ticks]()
    driven = problem.driven(told.drives)
    for route in told.routes:
        worker, stops = problem.worker_by_id[route.worker_id], []
        for stop, possible, is_kept in _Delay(problem, route, held, route.worker_id in whole_days).starts():
            stops.append(replace(stop, start=possible) if is_kept else stop)
            if possible > stop.start:
                earliest[stop.visit_id] = possible
            if not is_kept and stop.visit_id in held.frozen:
                free.add(stop.visit_id)
        routes.append(route if stops == list(route.stops) else held_route(driven, worker, route.tour, stops))
    return LatePlan(whole(problem, routes, told), frozenset(free), earliest)


@dataclass(frozen=True, slots=True)
class _Delay:
    """One tour, put off stop by stop; `is_whole`: visits that are not held as well."""

    problem: Problem
    route: Route
    held: HeldVisits
    is_whole: bool

    def starts(self) -> Iterator[tuple[Stop, Ticks, bool]]:
        """Each stop, the start that it can have, and whether its worker keeps it then."""
        worker = self.problem.worker_by_id[self.route.worker_id]
        known_from = worker.availability[self.route.tour].not_before
        ways = ways_of(self.problem, self.route)
        # When she is free after the last visit that she keeps, and how she leaves from there; None: as told.
        since = None if known_from is None else (known_from, ways.out)
        for stop in self.route.stops:
            visit = self.problem.visit_by_id[stop.visit_id]
            start = stop.start
            if since is not None:
                start = self._possible(stop, visit, since[0] + leg_of(since[1](visit))[0])
            is_kept = self._keeps(stop, visit, start)
            yield stop, start, is_kept
            if is_kept and (since is not None or visit.id in self.held.late):
                since = start + visit.service_by(worker.id), partial(ways.between, visit)

    def _possible(self, stop: Stop, visit: Visit, there: Ticks) -> Ticks:
        """Args: there: when she arrives."""
        # A visit that has begun by now did so without a pause; one to come has the pause that was planned.
        if max(there, stop.start) < self.problem.now or there + stop.pause <= stop.start:
            return max(there, stop.start)
        return _in_windows(visit, there + stop.pause)

    def _keeps(self, stop: Stop, visit: Visit, start: Ticks) -> bool:
        if self.is_whole or stop.visit_id in self.held.firm:
            return True
        is_in_time = start == stop.start or visit.may_begin(start)
        return stop.visit_id in self.held.frozen and (
            start < self.problem.now or (start < self.held.freeze and is_in_time)
        )


def _in_windows(visit: Visit, soonest: Ticks) -> Ticks:
    """The first start from `soonest` on in one of its windows; `soonest` where there is none."""
    starts = (max(one.earliest, soonest) for one in visit.windows if soonest <= one.hard_latest)
    return min(starts, default=soonest)
