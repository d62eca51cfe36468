"""Putting visits somewhere on paper and asking the plain rules what breaks: no kernel, a timing of its
own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from brigade.judging.checker import breaches
from brigade.judging.partial import excerpt
from brigade.law.rule_traits import Scope
from brigade.law.rules import names_of
from brigade.timing.plan_timing import TourKey, retime
from brigade.units import Ticks
from brigade.values.demand import LinkKind
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

TourOrders = Mapping[TourKey, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """A part of a plan, timed, and the rules it breaks; `untimed`: places that have no lawful timing;
    `moved_pins`: pinned visits that cannot begin at their ticks, given here. No rule speaks of a pin."""

    plan: Plan
    violations: tuple[Violation, ...]
    untimed: frozenset[tuple[str, str]]
    moved_pins: Mapping[str, Ticks] = field(default_factory=dict)

    @property
    def is_lawful(self) -> bool:
        return not self.violations and not self.untimed

    def since(self, before: Trial) -> Trial:
        """What is so now and was not before, at the same place."""
        known = {(one.rule, one.where, one.reason.code) for one in before.violations}
        fresh = (one for one in self.violations if (one.rule, one.where, one.reason.code) not in known)
        # A pin that could not be kept before the change is not the change's doing.
        moved = {id: tick for id, tick in self.moved_pins.items() if id not in before.moved_pins}
        return Trial(self.plan, tuple(fresh), self.untimed - before.untimed, moved)


def try_orders(
    problem: Problem,
    orders: TourOrders,
    rules: Iterable[str] | None = None,
    pinned: Mapping[str, int] | None = None,
    steady: Mapping[str, int] | None = None,
) -> Trial:
    """Time these tours and judge their workers by the rules named (None: by all that need no whole plan);
    everybody else is left out of it.

    Args: steady: starts that visits wait for, as tours left out of it make them.
    """
    starts = {
        id: tick for id, tick in (pinned or {}).items() if any(id in order for order in orders.values())
    }
    timed = retime(problem, orders, fixed_starts=starts, no_earlier=steady)
    seen = excerpt(problem, {worker_id for worker_id, _ in orders})
    asked = names_of(Scope.WORKER, Scope.TIED) if rules is None else frozenset(rules)
    judged = breaches(seen, timed.tours, asked)
    untimed = frozenset((issue.code, issue.where) for issue in timed.issues)
    return Trial(timed.tours, judged, untimed, _moved(starts, timed.tours))


def _moved(starts: Mapping[str, Ticks], timed: Plan) -> dict[str, Ticks]:
    return {
        stop.visit_id: starts[stop.visit_id]
        for route in timed.routes
        for stop in route.stops
        if starts.get(stop.visit_id, stop.start) != stop.start
    }


def try_change(
    problem: Problem,
    plan: Plan,
    after: TourOrders,
    changed: Iterable[TourKey],
    fixed_starts: Mapping[str, Ticks] | None = None,
) -> Trial:
    """What breaks once these tours of `plan` are in the orders `after`: they, the tours tied to them, and all
    that the people of those do. What else is tied to a tour of theirs stands where the plan has it.

    Args: fixed_starts: starts of stops that stay as they are, besides the pinned ones.
    """
    moved = tied_tours(problem, after, changed)
    people = {worker_id for worker_id, _ in moved}
    near = {key: list(order) for key, order in after.items() if key[0] in people and order}
    still = {id for key, order in near.items() if key not in moved for id in order}
    tied = {id for link in problem.links for id in (link.first, link.second)}
    steady = {id: found[1].start for id in still & tied if (found := plan.stop_of(id)) is not None}
    return try_orders(problem, near, None, {**(fixed_starts or {}), **pinned_starts(plan)}, steady)


def tied_tours(problem: Problem, orders: TourOrders, keys: Iterable[TourKey]) -> set[TourKey]:
    """These tours and those that links between their visits tie to them, near and far."""
    owner = {id: key for key, order in orders.items() for id in order}
    ties = [
        {owner[one.first], owner[one.second]}
        for one in problem.links
        if one.first in owner and one.second in owner
    ]
    wanted, grown = set(keys), True
    while grown:
        tied = {key for pair in ties if pair & wanted for key in pair}
        grown = not tied <= wanted
        wanted |= tied
    return wanted


def orders_of(plan: Plan) -> dict[TourKey, list[str]]:
    return {(route.worker_id, route.tour): [stop.visit_id for stop in route.stops] for route in plan.routes}


def orders_around(
    problem: Problem, orders: TourOrders, worker_ids: Iterable[str]
) -> dict[TourKey, list[str]]:
    """The tours of these workers and of everybody whose visits are tied to theirs."""
    wanted = set(worker_ids)
    people = {
        worker_id for worker_id, _ in tied_tours(problem, orders, {key for key in orders if key[0] in wanted})
    }
    return {key: list(order) for key, order in orders.items() if key[0] in people | wanted and order}


def pinned_starts(plan: Plan) -> dict[str, int]:
    return {
        stop.visit_id: stop.start
        for route in plan.routes
        for stop in route.stops
        if stop.visit_id in plan.pinned
    }


def links_between(problem: Problem, visit_id: str) -> Iterator[tuple[str, LinkKind]]:
    """(other visit, kind) of every link of the visit."""
    for link in problem.links:
        if visit_id in (link.first, link.second):
            yield (link.second if visit_id == link.first else link.first), link.kind


__all__ = [
    "Trial",
    "links_between",
    "orders_around",
    "orders_of",
    "pinned_starts",
    "tied_tours",
    "try_change",
    "try_orders",
]
