"""Putting visits somewhere on paper and asking the plain rules what breaks: no kernel, a timing of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from brigade.checker import breaches
from brigade.demand import LinkKind
from brigade.partial import excerpt
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.rules import names
from brigade.timing import TourKey, retime

OF_THE_PAIR = (
    "availability",
    "commute_zone",
    "competencies",
    "engagement",
    "forbidden_pairs",
    "notice",
    "sunday_holiday_acts",
    "territory",
)
"""Rules that look at one visit and its worker."""
OF_TIMES = ("links", "meal_break", "rest_break", "timing")
"""Rules that look at one tour's clock and what is tied to it."""
OF_THE_WHOLE = ("assignment",)
"""Rules that only a whole plan can be judged by."""
EVERY = tuple(name for name in names() if name not in OF_THE_WHOLE)

TourOrders = Mapping[TourKey, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Trial:
    """A part of a plan, timed, and the rules it breaks; `untimed`: no lawful timing exists."""

    plan: Plan
    violations: tuple[Violation, ...]
    untimed: bool

    @property
    def is_lawful(self) -> bool:
        return not self.violations and not self.untimed


def try_orders(
    problem: Problem, orders: TourOrders, rules: Iterable[str] = EVERY, pinned: Mapping[str, int] | None = None
) -> Trial:
    """Time these tours and judge their workers by the rules named; everybody else is left out of it."""
    starts = {id: tick for id, tick in (pinned or {}).items() if any(id in order for order in orders.values())}
    timed = retime(problem, orders, fixed_starts=starts)
    seen = excerpt(problem, {worker_id for worker_id, _ in orders})
    judged = breaches(seen, timed.plan, frozenset(rules))
    return Trial(timed.plan, judged, bool(timed.issues))


def orders_of(plan: Plan) -> dict[TourKey, list[str]]:
    return {(route.worker_id, route.tour): [stop.visit_id for stop in route.stops] for route in plan.routes}


def orders_around(problem: Problem, orders: TourOrders, worker_ids: Iterable[str]) -> dict[TourKey, list[str]]:
    """The tours of these workers and of everybody whose visits are tied to theirs."""
    owner = {id: worker_id for (worker_id, _), order in orders.items() for id in order}
    wanted = set(worker_ids)
    ties = [(owner[one.first], owner[one.second]) for one in problem.links if one.first in owner and one.second in owner]
    grown = True
    while grown:
        tied = {one for pair in ties for one in pair if set(pair) & wanted}
        grown = not tied <= wanted
        wanted |= tied
    return {key: list(order) for key, order in orders.items() if key[0] in wanted and order}


def pinned_starts(plan: Plan) -> dict[str, int]:
    return {stop.visit_id: stop.start for route in plan.routes for stop in route.stops if stop.visit_id in plan.pinned}


def fresh(after: Iterable[Violation], before: Iterable[Violation]) -> Iterator[Violation]:
    """What is broken now and was not broken at the same place before."""
    known = {(one.rule, one.where, one.reason.code) for one in before}
    return (one for one in after if (one.rule, one.where, one.reason.code) not in known)


def links_between(problem: Problem, visit_id: str) -> Iterator[tuple[str, LinkKind]]:
    """(other visit, kind) of every link of the visit."""
    for link in problem.links:
        if visit_id in (link.first, link.second):
            yield (link.second if visit_id == link.first else link.first), link.kind


__all__ = [
    "EVERY",
    "OF_THE_PAIR",
    "OF_TIMES",
    "Trial",
    "fresh",
    "links_between",
    "orders_around",
    "orders_of",
    "pinned_starts",
    "try_orders",
]
