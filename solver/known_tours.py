"""What is known of people's tours while a plan is edited: a hand carries one visit from person to person, and
whoever it leaves has the same tours each time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from brigade.judging.objective import PersonCosts, person_costs
from brigade.judging.partial import breaches_alone, excerpt
from brigade.law.marking import mark
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem

MOST = 512
"""Tours kept, of all people together: those of a hand that goes through a department's day, and back."""


@dataclass(frozen=True, slots=True)
class KnownTours:
    """One person's. `routes`: marked. `own`: what her own rules find in them."""

    routes: tuple[Route, ...]
    own: tuple[Violation, ...]
    costs: PersonCosts


class ToursOfPeople:
    """Tours that were marked, judged and counted; a person's are known by their times alone, for nothing else
    of a plan speaks of her. `told`: the plan that markings go by."""

    def __init__(self, problem: Problem, told: Plan) -> None:
        self.problem, self.told = problem, told
        self._known: OrderedDict[tuple[str, tuple[Route, ...]], KnownTours] = OrderedDict()

    def of(
        self, timed: Plan, worker_ids: Collection[str], before: Mapping[str, KnownTours]
    ) -> dict[str, KnownTours]:
        """Args: timed: with these people's tours, not marked yet. before: what is known of them as they
        were."""
        keys = {id: (id, timed.routes_of(id)) for id in sorted(worker_ids)}
        fresh = {id for id, key in keys.items() if key not in self._known}
        # Links tie many people together; most of their tours come out at the times they had.
        same = {id for id in fresh if _same_times(timed.routes_of(id), before[id].routes)}
        found = dict(self._judged(timed, fresh - same))
        marked = mark(self.problem, _alone(timed, same), self.told)
        found |= {id: replace(before[id], routes=marked.routes_of(id)) for id in same}
        self._known |= {keys[id]: known for id, known in found.items()}
        found = {id: self._known[key] for id, key in keys.items()}
        for key in keys.values():
            self._known.move_to_end(key)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return found

    def _judged(self, timed: Plan, worker_ids: Collection[str]) -> Iterator[tuple[str, KnownTours]]:
        if not worker_ids:
            return
        # One problem and one plan for all three: days are measured once for each pair of them.
        view = excerpt(self.problem, worker_ids)
        plan = _alone(timed, worker_ids)
        marked, found = mark(view, plan, self.told), breaches_alone(view, plan)
        for worker in view.workers:
            own = tuple(one for one in found if one.worker_id == worker.id)
            yield worker.id, KnownTours(marked.routes_of(worker.id), own, person_costs(view, plan, worker))


def _alone(plan: Plan, worker_ids: Collection[str]) -> Plan:
    """These people's tours, and nothing else of the plan."""
    return Plan(tuple(route for id in sorted(worker_ids) for route in plan.routes_of(id)))


def _same_times(some: Collection[Route], others: Collection[Route]) -> bool:
    """Whether one person's tours are the same but for what is said of them: markings, papers, when told."""
    return len(some) == len(others) and all(map(_is_timed_as, some, others))


def _is_timed_as(one: Route, other: Route) -> bool:
    return _times(one) == _times(other) and [*map(_hours, one.stops)] == [*map(_hours, other.stops)]


def _times(route: Route) -> tuple[object, ...]:
    home = route.back, route.travel_back, route.metres_back
    return route.tour, route.day, route.vehicle_id, route.departure, *home


def _hours(stop: Stop) -> tuple[object, ...]:
    return stop.visit_id, stop.arrival, stop.start, stop.end, stop.travel, stop.metres, stop.pause
