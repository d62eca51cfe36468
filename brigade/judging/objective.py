"""What a plan costs, term by term, in whole cost units (docs/design.md §5).

A time term costs weight x ticks, a counted one weight x ticks per minute x count, so that a unit is worth the
same on any tick. Coverage comes on top: by levels in order, or in points (`Policy.mode`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from brigade.judging.coverage_levels import (
    coverage_points,
    level_weights,
    most_soft_cost,
    uncovered_by_level,
    uncovered_costs,
)
from brigade.law.rules.meal_break import is_missed
from brigade.law.sector_distance import sector_distance
from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import day_rules, route_work, timeline, waits
from brigade.timing.forward import lateness
from brigade.timing.meals import MealPlace, eats, idle_times
from brigade.timing.tour import meal_break
from brigade.timing.tour_ways import mileage_of
from brigade.units import Ticks
from brigade.values.announced import EVERYBODY, AnnouncedPlan
from brigade.values.demand import Visit
from brigade.values.places import SectorDistance
from brigade.values.plan import Plan, Route, Stop
from brigade.values.policy import Weights
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.worked.contract_hours import additional_hours
from brigade.worked.path_goals import progress

__all__ = [
    "TERMS",
    "CostBreakdown",
    "amounts",
    "breakdown",
    "fair_shares",
    "level_weights",
    "most_soft_cost",
    "planned_work",
    "uncovered_costs",
]

TERMS = tuple(one.name for one in fields(Weights))
COUNTED = frozenset(
    {
        "travel_cost",
        "unfamiliar",
        "not_preferred",
        "missing_preferred",
        "equity_providers",
        "used_worker",
        "missed_meal",
        "moved_visit",
        "changed_worker",
        "neighbour_sector",
        "other_sector",
        "shared_visits",
        "path_essential",
        "path_clients",
    }
)
"""Terms per occurrence (or per cent); the others are per minute."""
OF_PATHS = frozenset({"path_essential", "path_hours", "path_clients"})
"""Told only where somebody is on a path: costs of other plans read as they always did."""
WORST = ("max_lateness", "max_waiting", "max_idle")
"""Terms of which the worst of all people counts, not the sum."""


@dataclass(frozen=True, slots=True)
class CostBreakdown:
    """`terms`: cost of every soft term of `Weights` that can be met, in their order. `uncovered`: visits left
    out, by level 0 to 4. `points`: what they weigh in priority points. `coverage`: what they cost."""

    terms: Mapping[str, int]
    uncovered: tuple[int, ...]
    points: int
    coverage: int

    @property
    def soft(self) -> int:
        return sum(self.terms.values())

    @property
    def total(self) -> int:
        return self.coverage + self.soft


@dataclass(frozen=True, slots=True)
class PersonCosts:
    """What one person's tours come to. `terms`: before weights; `worst`: of terms of which the worst of all
    counts; `work`: hers in the plan; `beyond`: of it and what is known besides, beyond her contract."""

    terms: Counter[str]
    worst: Mapping[str, Ticks]
    work: Ticks
    beyond: Ticks


@dataclass(frozen=True, slots=True)
class KnownCosts:
    """What need not be counted again while a plan changes here and there: what each visit costs that is left
    out, what is a fair share of whom, people whose tours are as they were. `sums`: of everybody's terms."""

    left_out: Mapping[str, int]
    shares: Mapping[str, Ticks]
    people: Mapping[str, PersonCosts]
    sums: Counter[str]

    def again(self, problem: Problem, plan: Plan, worker_ids: Collection[str]) -> KnownCosts:
        """After a change of these people's tours."""
        return self.changed({id: person_costs(problem, plan, problem.worker_by_id[id]) for id in worker_ids})

    def changed(self, people: Mapping[str, PersonCosts]) -> KnownCosts:
        """With what these people's tours come to by now."""
        sums = self.sums.copy()
        for id, costs in people.items():
            sums.subtract(self.people[id].terms)
            sums.update(costs.terms)
        return replace(self, people={**self.people, **people}, sums=sums)


def known_costs(problem: Problem, plan: Plan) -> KnownCosts:
    people = {worker.id: person_costs(problem, plan, worker) for worker in problem.workers}
    sums: Counter[str] = Counter()
    for one in people.values():
        sums.update(one.terms)
    return KnownCosts(uncovered_costs(problem), fair_shares(problem), people, sums)


def breakdown(
    problem: Problem,
    plan: Plan,
    start: Plan | None = None,
    told: AnnouncedPlan = EVERYBODY,
    known: KnownCosts | None = None,
) -> CostBreakdown:
    """Every term of `plan`. Args: start: the plan already told, which the disruption terms compare with;
    told: to whom. known: of this very plan, where that was counted."""
    weights, per_minute = problem.policy.weights, problem.horizon.ticks_per_minute
    known = known or known_costs(problem, plan)
    met = amounts(problem, plan, start, told, known)
    told_of = [t for t in TERMS if t not in OF_PATHS or any(one.path for one in problem.workers)]
    terms = {t: getattr(weights, t) * met[t] * (per_minute if t in COUNTED else 1) for t in told_of}
    left, points = uncovered_by_level(problem, plan), coverage_points(problem, plan)
    coverage = sum(known.left_out[id] for id in known.left_out.keys() - plan.covered - _shared(problem))
    return CostBreakdown(terms, left, points, coverage)


def amounts(
    problem: Problem,
    plan: Plan,
    start: Plan | None = None,
    told: AnnouncedPlan = EVERYBODY,
    known: KnownCosts | None = None,
) -> dict[str, int]:
    """How much of every term there is, before weights: ticks of the time terms, occurrences (cents) of the
    others. Args: as `breakdown`."""
    known = known or known_costs(problem, plan)
    met = known.sums + _of_people(known)
    met += _of_providers(problem, plan)
    met += _of_vehicles(problem, plan)
    met += _disruption(problem, plan, start, told)
    met["shared_visits"] = len(_shared(problem) - plan.covered)
    worst = {term: max(_worst(known, term), default=0) for term in WORST}
    return {term: worst.get(term, met[term]) for term in TERMS}


def _worst(known: KnownCosts, term: str) -> Iterator[Ticks]:
    return (one.worst[term] for one in known.people.values() if term in one.worst)


# -- one tour ----------------------------------------------------------------------------------------------
def _of_route(problem: Problem, plan: Plan, route: Route) -> Counter[str]:
    worker, rules = problem.worker_by_id[route.worker_id], day_rules(problem, plan, route)
    short, long = waits(problem, rules, route)
    met = Counter(
        travel=route.travel,
        travel_cost=mileage_of(problem, route),
        waiting=sum(short),
        interruption=sum(long),
        overtime=max(0, route.back - worker.availability[route.tour].end),
        used_worker=1,
        missed_meal=_missed_meal(problem, plan, rules, route),
    )
    for stop in route.stops:
        met += _of_stop(problem, worker, route, stop)
    return met


def _of_stop(problem: Problem, worker: Worker, route: Route, stop: Stop) -> Counter[str]:
    visit = problem.visit_by_id[stop.visit_id]
    familiar, where = visit.familiar_workers, sector_distance(problem, worker, visit)
    return Counter(
        lateness=lateness(visit, stop.start),
        unfamiliar=int(bool(familiar) and worker.id not in familiar),
        not_preferred=int(bool(visit.preferred_workers) and worker.id not in visit.preferred_workers),
        missing_preferred=len(visit.preferred - problem.competencies_of(worker, route.day)),
        usual_hour=_from_usual_hour(problem, visit, stop),
        neighbour_sector=int(where is SectorDistance.NEIGHBOUR),
        other_sector=int(where is SectorDistance.OTHER),
    )


def _from_usual_hour(problem: Problem, visit: Visit, stop: Stop) -> Ticks:
    usual = problem.usual_hour(visit)
    return 0 if usual is None else abs(stop.start - usual)


def _missed_meal(problem: Problem, plan: Plan, rules: RuleSet, route: Route) -> int:
    meal = meal_break(problem, rules, route.day)
    if meal is None:
        return int(eats(problem, plan, route) is MealPlace.NOWHERE)
    return int(is_missed(route, meal))


# -- people and providers ----------------------------------------------------------------------------------
def planned_work(problem: Problem, plan: Plan, worker: Worker) -> Ticks:
    """Work that the plan gives to `worker`, without what they do elsewhere."""
    return sum(
        route_work(problem, day_rules(problem, plan, route), route) for route in plan.routes_of(worker.id)
    )


def person_costs(problem: Problem, plan: Plan, worker: Worker) -> PersonCosts:
    met: Counter[str] = Counter()
    for route in plan.routes_of(worker.id):
        met += _of_route(problem, plan, route)
    for week in progress(problem, plan, worker):
        met["path_essential"] += week.missing_essential
        met["path_hours"] += week.missing_work
        met["path_clients"] += week.missing_clients
    work, beyond = planned_work(problem, plan, worker), _additional(problem, plan, worker)
    return PersonCosts(met, dict(_largest(problem, plan, worker)), work, beyond)


def _of_people(known: KnownCosts) -> Counter[str]:
    work = {id: one.work for id, one in known.people.items()}
    # In whole ticks: a mean that falls between two would make costs that no sum of whole numbers gives.
    mean = sum(work.values()) // len(work) if work else 0
    return Counter(
        additional_hours=sum(one.beyond for one in known.people.values()),
        equity_workers=sum(max(0, ticks - known.shares[id]) for id, ticks in work.items()),
        workload_balance=sum(abs(ticks - mean) for ticks in work.values()),
    )


def _additional(problem: Problem, plan: Plan, worker: Worker) -> Ticks:
    """Own work beyond the contract in the periods in which the plan has a say; what is known of the rest
    counts in them."""
    return sum(beyond for _, beyond in additional_hours(problem, worker, timeline(problem, plan, worker)))


def fair_shares(problem: Problem) -> dict[str, Ticks]:
    """By worker: the open visits' time, shared in proportion to availability (without overtime), floored."""
    asked = sum(request.visit.duration for request in problem.requests)
    free = {one.id: sum(stay.end - stay.start for stay in one.availability) for one in problem.workers}
    whole = max(1, sum(free.values()))
    return {id: asked * ticks // whole for id, ticks in free.items()}


def _of_providers(problem: Problem, plan: Plan) -> Counter[str]:
    """The second visit that a provider is left with costs once, the third twice more: u(u - 1)/2 in all."""
    left_out = problem.request_by_visit.keys() - plan.covered - _shared(problem)
    left = Counter(host for id in left_out for host in problem.hosts_at(problem.visit_by_id[id]))
    return Counter(equity_providers=sum(count * (count - 1) // 2 for count in left.values()))


def _of_vehicles(problem: Problem, plan: Plan) -> Counter[str]:
    """The day's price of each vehicle, on each duty day on which it is out."""
    out = {(route.vehicle_id, route.day) for route in plan.routes if route.vehicle_id is not None}
    return Counter(travel_cost=sum(problem.vehicle_by_id[id].cents_per_day for id, _ in out))


def _shared(problem: Problem) -> frozenset[str]:
    """The open visits that learners were to share."""
    return frozenset(one.visit.id for one in problem.requests if one.visit.shadowing is not None)


# -- the worst of all, and what moved ----------------------------------------------------------------------
def _largest(problem: Problem, plan: Plan, worker: Worker) -> Iterator[tuple[str, Ticks]]:
    """Of one worker; nothing of what she has none of."""
    stops = [stop for route in plan.routes_of(worker.id) for stop in route.stops]
    late = [lateness(problem.visit_by_id[stop.visit_id], stop.start) for stop in stops]
    found = (late, [stop.wait for stop in stops], idle_times(problem, plan, worker))
    yield from ((term, max(ticks)) for term, ticks in zip(WORST, found, strict=True) if ticks)


def _disruption(problem: Problem, plan: Plan, start: Plan | None, told: AnnouncedPlan) -> Counter[str]:
    """Against the plan already told: ticks that starts moved by for workers who knew them, visits that moved
    beyond what clients who knew them tolerate, visits that changed hands and of which anybody knew.

    A visit that is still wanted and that nobody does any more counts as both moved and in other hands: its
    family was told somebody comes, so that of two visits of one level the one told is not dropped for the
    other."""
    before, after = _placed(start) if start else {}, _placed(plan)
    met: Counter[str] = Counter()
    for id in before.keys() & after.keys():
        (worker, then), (other, now) = before[id], after[id]
        met["moved_start"] += abs(now - then) if told.worker_knows(id) else 0
        met["moved_visit"] += told.minds(id, then, now)
        met["changed_worker"] += worker != other and told.anybody_knows(id)
    for id in before.keys() & problem.request_by_visit.keys() - after.keys():
        met["moved_visit"] += told.client_knows(id)
        met["changed_worker"] += told.anybody_knows(id)
    return met


def _placed(plan: Plan) -> dict[str, tuple[str, Ticks]]:
    return {stop.visit_id: (route.worker_id, stop.start) for route in plan.routes for stop in route.stops}
