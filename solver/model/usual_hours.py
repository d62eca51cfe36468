"""Stops brought nearer to their usual hours once their order is decided (docs/design.md §1).

An order alone tells times that ask nobody's habits. Where the policy prices the distance, each tour in turn
is timed anew at its cheapest starts; they are kept where the whole soft cost falls and no rule breaks. So
coverage is never the price of a wish.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from brigade.judging.objective import KnownCosts, breakdown, known_costs
from brigade.judging.partial import own_breaches
from brigade.timing.blocked_hours import blocked_hours
from brigade.timing.duty_days import day_rules, short_gap
from brigade.timing.plan_timing import retime, timed_links
from brigade.units import Interval, Ticks
from brigade.values.announced import EVERYBODY, AnnouncedPlan
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from solver.kernel.arrays import Ints
from solver.model.cheapest_starts import IMPOSSIBLE, StopPrices, WaitPrices, cheapest_starts

WAITS_DEARER = (0, 1, 3, 9)
"""By how many times the weight of the usual hour waits are made dearer, one try after the other: the cheapest
starts may break a rule of gaps, breaks or span, and waiting less may not."""


def at_usual_hours(
    problem: Problem,
    plan: Plan,
    *,
    start: Plan | None = None,
    told: AnnouncedPlan = EVERYBODY,
    worker_ids: Collection[str] | None = None,
    known: KnownCosts | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Plan:
    """The plan with its stops nearer to their usual hours, as far as its whole soft cost falls and its people
    break no rule that they did not break. The same plan where the policy does not price it.

    What is pinned, has begun or is tied in time to another visit stays. Args: start, told: as of `breakdown`.
    worker_ids: whose tours alone are timed anew. known: what is known of everybody else's. is_over: asked
    between two tours.
    """
    if not problem.policy.weights.usual_hour:
        return plan
    problem = problem.driven(plan.drives)
    if known is None or worker_ids is None:
        known = known_costs(problem, plan)
    else:
        known = known.again(problem, plan, worker_ids)
    found = _TimedPlan(problem, plan, start, told, known)
    for route in plan.routes:
        if is_over():
            break
        if worker_ids is None or route.worker_id in worker_ids:
            found.improve(route)
    return found.plan


def without_holds(problem: Problem, plan: Plan) -> Plan:
    """A plan told before, at the times that its orders alone tell: those that the search compares with, as it
    times orders alone. The same plan where the policy does not price usual hours, or the orders have no such
    times any more."""
    if not problem.policy.weights.usual_hour:
        return plan
    problem = problem.driven(plan.drives)
    orders = {
        (route.worker_id, route.tour): [s.visit_id for s in route.stops if s.visit_id in problem.visit_by_id]
        for route in plan.routes
        if _is_known(problem, route)
    }
    starts = {stop.visit_id: stop.start for route in plan.routes for stop in route.stops}
    there, tied = {id for order in orders.values() for id in order}, _tied(problem)
    timed = retime(
        problem,
        orders,
        fixed_starts={id: starts[id] for id in plan.pinned & there},
        no_earlier={id: tick for id, tick in starts.items() if id in tied},
    )
    return plan if timed.issues else replace(plan, routes=timed.plan.routes)


def _is_known(problem: Problem, route: Route) -> bool:
    worker = problem.worker_by_id.get(route.worker_id)
    return worker is not None and route.tour < len(worker.availability)


def _tied(problem: Problem) -> frozenset[str]:
    return frozenset(id for link in timed_links(problem) for id in (link.first, link.second))


@dataclass
class _TimedPlan:
    """A plan while its tours are timed anew, one after the other."""

    problem: Problem
    plan: Plan
    start: Plan | None
    told: AnnouncedPlan
    known: KnownCosts
    soft: int = field(init=False)

    def __post_init__(self) -> None:
        self.soft = self._soft(self.plan, self.known)

    @cached_property
    def still(self) -> frozenset[str]:
        """Visits that keep their starts."""
        stops = (stop for route in self.plan.routes for stop in route.stops)
        begun = frozenset(stop.visit_id for stop in stops if stop.start < self.problem.now)
        return self.plan.pinned | begun | _tied(self.problem)

    @cached_property
    def hours_told(self) -> dict[str, Ticks]:
        routes = self.start.routes if self.start else ()
        return {stop.visit_id: stop.start for route in routes for stop in route.stops}

    def _soft(self, plan: Plan, known: KnownCosts) -> int:
        return breakdown(self.problem, plan, self.start, self.told, known).soft

    # -- one tour -------------------------------------------------------------------------------------------
    def improve(self, route: Route) -> None:
        if not any(self._is_away(stop) for stop in route.stops):
            return
        for starts in self._proposals(route):
            trial = self._timed(route, starts)
            if trial is not None and self._is_kept(trial, route.worker_id):
                return

    def _is_away(self, stop: Stop) -> bool:
        usual = self.problem.usual_hour(self.problem.visit_by_id[stop.visit_id])
        return usual not in (None, stop.start) and stop.visit_id not in self.still

    def _proposals(self, route: Route) -> Iterator[dict[str, Ticks]]:
        """Starts by visit, the cheapest first; then with less and less waiting."""
        seen = [[stop.start for stop in route.stops]]
        weights, rules = self.problem.policy.weights, day_rules(self.problem, self.plan, route)
        waits = WaitPrices(short_gap(self.problem, rules), weights.waiting, weights.interruption)
        stops = self._stop_prices(route)
        for times in WAITS_DEARER:
            found = cheapest_starts(stops, waits.dearer(times * weights.usual_hour))
            if found is not None and found not in seen:
                seen.append(found)
                yield {stop.visit_id: tick for stop, tick in zip(route.stops, found, strict=True)}

    def _timed(self, route: Route, starts: Mapping[str, Ticks]) -> Plan | None:
        """The plan with this tour at these starts and the day's others of its worker as they are."""
        day = [one for one in self.plan.routes_of(route.worker_id) if one.day == route.day]
        orders = {(one.worker_id, one.tour): [stop.visit_id for stop in one.stops] for one in day}
        no_later = {stop.visit_id: starts.get(stop.visit_id, stop.start) for one in day for stop in one.stops}
        no_earlier = {id: no_later[id] for one in day for id in self._waiting(one, no_later)}
        fixed = {id: tick for id, tick in no_later.items() if id in self.plan.pinned}
        timed = retime(self.problem, orders, fixed_starts=fixed, no_earlier=no_earlier, no_later=no_later)
        if timed.issues:
            return None
        anew = {(one.worker_id, one.tour): one for one in timed.tours.routes}
        routes = tuple(anew.get((one.worker_id, one.tour), one) for one in self.plan.routes)
        return replace(self.plan, routes=routes)

    def _waiting(self, route: Route, starts: Mapping[str, Ticks]) -> Iterator[str]:
        """The first stop, those that must not move, and those before which somebody waits. The others follow
        without a word, so that a pause before them stays a pause and is no wait."""
        ready: Ticks | None = None
        for stop in route.stops:
            tick = starts[stop.visit_id]
            if ready is None or stop.visit_id in self.still or tick > ready + stop.travel + stop.pause:
                yield stop.visit_id
            ready = tick + stop.end - stop.start

    def _is_kept(self, trial: Plan, worker_id: str) -> bool:
        """Whether the soft cost falls and she breaks nothing new; then it is the plan from now on."""
        known = self.known.again(self.problem, trial, {worker_id})
        soft = self._soft(trial, known)
        if soft >= self.soft or not self._breaks_nothing_new(trial, worker_id):
            return False
        self.plan, self.known, self.soft = trial, known, soft
        return True

    def _breaks_nothing_new(self, trial: Plan, worker_id: str) -> bool:
        found = own_breaches(self.problem, trial, {worker_id})
        return not found or set(found) <= set(own_breaches(self.problem, self.plan, {worker_id}))

    # -- prices ---------------------------------------------------------------------------------------------
    def _stop_prices(self, route: Route) -> list[StopPrices]:
        worker = self.problem.worker_by_id[route.worker_id]
        known = (self.problem.visit_by_id[stop.visit_id] for stop in route.stops)
        visits = [visit.as_served_by(worker.id) for visit in known]
        stay, blocked = worker.availability[route.tour], blocked_hours(self.problem, worker, visits)
        earliest, ready = max(stay.start + route.stops[0].travel, self.problem.now), 0
        found: list[StopPrices] = []
        for visit, stop in zip(visits, route.stops, strict=True):
            lead = ready + stop.travel + stop.pause if found else 0
            found.append(self._of_stop(visit, stop, earliest, blocked[visit.id], lead))
            ready = visit.duration
        back = found[-1].ticks + ready + route.travel_back
        found[-1].prices[:] += self.problem.policy.weights.overtime * np.maximum(0, back - stay.end)
        found[-1].prices[back > stay.hard_end] = IMPOSSIBLE
        return found

    def _of_stop(
        self, visit: Visit, stop: Stop, earliest: Ticks, blocked: Iterable[Interval], lead: Ticks
    ) -> StopPrices:
        if visit.id in self.still:
            return StopPrices(stop.start, np.zeros(1, np.int64), lead)
        first = max(earliest, visit.windows[0].earliest)
        ticks = np.arange(first, visit.windows[-1].hard_latest + 1)
        prices = self._prices(visit, ticks)
        for one in blocked:
            prices[(ticks < one.end) & (one.start < ticks + visit.duration)] = IMPOSSIBLE
        return StopPrices(first, prices, lead)

    def _prices(self, visit: Visit, ticks: Ints) -> Ints:
        """What is paid by the start alone; IMPOSSIBLE outside the windows."""
        weights = self.problem.policy.weights
        late, is_open = np.zeros_like(ticks), np.zeros(len(ticks), bool)
        for window in visit.windows:
            late = np.where(ticks >= window.earliest, np.maximum(0, ticks - window.latest), late)
            is_open |= (ticks >= window.earliest) & (ticks <= window.hard_latest)
        prices: Ints = np.where(is_open, weights.lateness * late, IMPOSSIBLE)
        usual, hour = self.problem.usual_hour(visit), self.hours_told.get(visit.id)
        if usual is not None:
            prices += weights.usual_hour * np.abs(ticks - usual)
        if hour is not None:
            prices += self._price_of_moving(visit.id, np.abs(ticks - hour))
        return np.minimum(prices, IMPOSSIBLE)

    def _price_of_moving(self, visit_id: str, moved: Ints) -> Ints:
        """Against the hour that a plan told before, for whoever knew it."""
        weights, per_minute = self.problem.policy.weights, self.problem.horizon.ticks_per_minute
        price: Ints = np.zeros_like(moved)
        if self.told.worker_knows(visit_id):
            price += weights.moved_start * moved
        if self.told.client_knows(visit_id):
            price += weights.moved_visit * per_minute * (moved > self.told.tolerance)
        return price
