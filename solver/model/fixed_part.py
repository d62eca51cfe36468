"""What must stay in a replan, and the problem that is left to search once it does (docs/replanning.md).

*Held* stops keep worker and start. Most are pinned in the model. A worker whose held stops break a rule by
themselves (a waiver covers it, or an event undid it) is *fixed*: the search does not see her, and her visits
count as kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from brigade.changes.carry import with_stops
from brigade.changes.mending import named_in, with_lawful_stops
from brigade.judging.checker import check, with_waivers
from brigade.judging.partial import own_breaches, whole_breaches
from brigade.timing.tour import own_meal
from brigade.units import Ticks, TimeWindow
from brigade.values.demand import Employee, LinkKind, RotaEntry, RotaFeed, Visit
from brigade.values.plan import Plan, Reason, UncoveredVisit, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Worker

TIES = frozenset({"LINK", "ASSIGNMENT", "SHADOWING", "WORK_BLOCKS"})
"""Rules between visits of different tours."""


@dataclass(frozen=True, slots=True)
class FixedPart:
    """The told plan as far as it stands. `broken`: unwaived breaches if nothing moved. `workers_in_breach`:
    those whose tours break a rule as told; `visits_in_breach`: those whose ties do. `fixed_by_worker`: the
    visits kept outside the search. `held`: all visits that must not move."""

    plan: Plan
    broken: tuple[Violation, ...]
    workers_in_breach: frozenset[str]
    visits_in_breach: frozenset[str]
    fixed_by_worker: Mapping[str, frozenset[str]]
    held: frozenset[str]

    @property
    def fixed(self) -> frozenset[str]:
        return frozenset[str]().union(*self.fixed_by_worker.values())

    @property
    def lawful(self) -> frozenset[str]:
        """Stops that break nothing where they are."""
        routes = (route for route in self.plan.routes if route.worker_id not in self.workers_in_breach)
        return frozenset(stop.visit_id for one in routes for stop in one.stops) - self.visits_in_breach

    def with_fixed(self, problem: Problem, visit_ids: Collection[str]) -> FixedPart:
        """With the workers of these held stops taken out of the search as well."""
        workers = {
            route.worker_id for route in self.plan.routes if any(s.visit_id in visit_ids for s in route.stops)
        }
        more = {name: kept_of(problem, self.plan, name, self.held) for name in sorted(workers)}
        return replace(
            self,
            fixed_by_worker={**self.fixed_by_worker, **more},
            workers_in_breach=self.workers_in_breach - workers,
        )


def fixed_part_of(
    problem: Problem, plan: Plan, held: Collection[str], pinned_workers: Collection[str]
) -> FixedPart:
    """Args: plan: the told plan carried over to `problem`. held: visits that keep worker and start."""
    found = check(problem, plan)
    broken = tuple(one for one in found if one.waived_by is None)
    suspect = {one.worker_id for one in found if one.worker_id is not None}
    stops_of = {name: _visits_of(plan, name) for name in sorted({route.worker_id for route in plan.routes})}
    fixed = {name: ids for name, ids in stops_of.items() if name in pinned_workers}
    kept = frozenset(held) & plan.covered | frozenset[str]().union(*fixed.values())
    # Sorted, as sets of names have no order: the same problem must give the same plan.
    for name in sorted(suspect & stops_of.keys() - fixed.keys()):
        if stops_of[name] & kept and own_breaches(
            problem, with_stops(problem, plan, stops_of[name] & kept), {name}
        ):
            fixed[name] = kept_of(problem, plan, name, kept)
    visits_in_breach = (
        frozenset(id for one in broken if one.rule in TIES for id in named_in(one)) & plan.covered
    )
    workers_in_breach = frozenset(suspect & stops_of.keys()) - fixed.keys()
    return FixedPart(plan, broken, workers_in_breach, visits_in_breach, fixed, kept)


def _visits_of(plan: Plan, worker_id: str) -> frozenset[str]:
    return frozenset(stop.visit_id for route in plan.routes_of(worker_id) for stop in route.stops)


def kept_of(problem: Problem, plan: Plan, worker_id: str, held: Collection[str]) -> frozenset[str]:
    """The held stops of a worker, and in order of time every other one that adds no breach."""
    kept = _visits_of(plan, worker_id) & frozenset(held)
    stops = [stop for route in plan.routes_of(worker_id) for stop in route.stops]
    others = (stop.visit_id for stop in sorted(stops, key=lambda one: one.start) if stop.visit_id not in kept)
    return with_lawful_stops(problem, plan, worker_id, kept, others)


def accepted(problem: Problem, fixed_part: FixedPart, plan: Plan) -> tuple[Violation, ...]:
    """What the whole new plan breaks, waived breaches included, and nobody but held stops is to blame for."""
    own = own_breaches(problem, plan, fixed_part.fixed_by_worker.keys())
    return with_waivers(problem, plan, (*own, *whole_breaches(problem, plan)))


# -- the problem that is left ------------------------------------------------------------------------------
def left_to_search(problem: Problem, fixed_part: FixedPart, freeze: Ticks | None) -> Problem:
    """Without the fixed workers, whose visits keep a carer of their own at their hour; nothing new begins
    before `freeze`."""
    starts = {stop.visit_id: stop.start for route in fixed_part.plan.routes for stop in route.stops}
    fixed = fixed_part.fixed
    barred = _partners(problem, fixed)
    # An availability that began after the horizon's end would be refused as a problem.
    leave = None if freeze is None else min(freeze, problem.horizon.length - 1)
    workers = tuple(_from(leave, worker, fixed_part) for worker in problem.workers)
    names = frozenset(worker.id for worker in problem.workers)
    visits = []
    for visit in problem.visits:
        made = (
            visit
            if freeze is None or visit.id in fixed_part.held or visit.id in fixed
            else _clipped(visit, freeze, names)
        )
        visits.append(_barred(made, names) if visit.id in barred else made)
    kept = _with_carers(problem, {id: starts[id] for id in fixed})
    return kept.narrowed(tuple(visits), of=problem).with_workers(workers)


def from_now_on(problem: Problem, start: Plan | None) -> tuple[Problem, Plan | None]:
    """The problem in which nothing new begins before `now`, and the start plan with what has begun by then
    pinned."""
    if problem.now <= 0:
        return problem, start
    begun = frozenset[str]() if start is None else begun_visits(start, problem.now)
    pinned = begun if start is None else begun | start.pinned
    held = FixedPart(start or Plan(()), (), frozenset(), frozenset(), {}, pinned)
    return left_to_search(problem, held, problem.now), None if start is None else replace(
        start, pinned=pinned
    )


def begun_visits(plan: Plan, now: Ticks) -> frozenset[str]:
    """Visits of the plan that begin before `now`."""
    return frozenset(stop.visit_id for route in plan.routes for stop in route.stops if stop.start < now)


def told_too_late(problem: Problem, left: Iterable[UncoveredVisit]) -> tuple[UncoveredVisit, ...]:
    """With the plain reason of those none of whose hours is left."""
    gone, why = too_late(problem, problem.now), too_late_now(problem)
    return tuple(UncoveredVisit(one.visit_id, (why,)) if one.visit_id in gone else one for one in left)


def too_late_now(problem: Problem) -> Reason:
    return Reason.of("too_late_now", freeze_at=problem.now)


def too_late(problem: Problem, freeze: Ticks | None) -> frozenset[str]:
    """Open visits none of whose hours are left."""
    visits = (request.visit for request in problem.requests)
    return frozenset(
        v.id for v in visits if freeze is not None and max(w.hard_latest for w in v.windows) < freeze
    )


def _clipped(visit: Visit, freeze: Ticks, everybody: frozenset[str]) -> Visit:
    windows = tuple(
        TimeWindow(max(one.earliest, freeze), max(one.latest, freeze), one.hard_latest)
        for one in visit.windows
        if one.hard_latest >= freeze
    )
    return replace(visit, windows=windows) if windows else _barred(visit, everybody)


def _barred(visit: Visit, everybody: frozenset[str]) -> Visit:
    """Still asked for, and for nobody to do."""
    return replace(visit, preferred_workers=frozenset(), forbidden_workers=everybody)


def _from(freeze: Ticks | None, worker: Worker, fixed_part: FixedPart) -> Worker:
    """Fixed workers are free for nothing more; of the others nobody leaves home before the freeze who had not
    left by then."""
    leaving = {route.tour: route.departure for route in fixed_part.plan.routes_of(worker.id)}
    if worker.id in fixed_part.fixed_by_worker:
        return replace(worker, availability=())
    if freeze is None:
        return worker
    starts = (
        max(stay.start, min(freeze, leaving.get(index, freeze)))
        for index, stay in enumerate(worker.availability)
    )
    stays = (_left_of(stay, start) for stay, start in zip(worker.availability, starts, strict=True))
    return replace(worker, availability=tuple(stays))


def _left_of(stay: Availability, start: Ticks) -> Availability:
    """What is left of it from `start` on; nobody asks again for a meal that was over by then."""
    # One that is over stays whole: what was held in it still needs it, and windows keep new visits out.
    if start >= stay.end:
        return stay
    meal = own_meal(stay)
    over = None if meal is None else meal.over(stay.start)
    left = replace(stay, start=start)
    return left if over is None or over > start else left.fed()


def _partners(problem: Problem, fixed: Collection[str]) -> frozenset[str]:
    """Visits that only the worker of a fixed visit may do: nobody else is left for them."""
    same = [link for link in problem.links if link.kind is LinkKind.SAME_WORKER]
    pairs = [pair for link in same for pair in ((link.first, link.second), (link.second, link.first))]
    return frozenset(other for one, other in pairs if one in fixed and other not in fixed)


def _with_carers(problem: Problem, starts: Mapping[str, Ticks]) -> Problem:
    """These visits no longer open: the rota gives each to an employee made up for it."""
    if not starts:
        return problem
    carers = {provider.id: f"{provider.id}·kept" for provider in problem.providers}
    entries: dict[str, list[RotaEntry]] = {provider.id: [] for provider in problem.providers}
    for id, start in sorted(starts.items()):
        # An attendance has no provider: any of them says as well that it is done at that hour.
        provider = next(iter(problem.hosts_at(problem.visit_by_id[id])), problem.providers[0].id)
        # The rota is how a problem says that a visit is done by somebody else at an hour: its links then
        # still bind.
        entries[provider].append(RotaEntry(id, carers[provider], start))
    employees = tuple(Employee(carer, provider) for provider, carer in carers.items())
    feeds = {feed.provider_id: feed for feed in problem.rota}
    made = tuple(
        _fed(problem, feeds.get(provider), provider, more, starts) for provider, more in entries.items()
    )
    return replace(problem, employees=(*problem.employees, *employees), rota=made)


def _fed(
    problem: Problem,
    feed: RotaFeed | None,
    provider: str,
    more: Iterable[RotaEntry],
    starts: Mapping[str, Ticks],
) -> RotaFeed:
    kept = () if feed is None else (entry for entry in feed.entries if entry.visit_id not in starts)
    received = problem.horizon.start if feed is None else feed.received_at
    return RotaFeed(provider, received, (*kept, *more))
