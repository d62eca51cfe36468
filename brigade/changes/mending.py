"""A proposal laid over the day as it has become: what of it still holds, and the lawful plan that is left of
it.

Nothing is sought here: stops go, or come back to where they were agreed; what then has nobody is uncovered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from brigade.changes.carry import carried, held_route, whole, with_stops
from brigade.judging.checker import check, with_waivers
from brigade.judging.partial import own_breaches
from brigade.values.plan import Plan, Stop, Violation
from brigade.values.problem import Problem

Place = tuple[str, int, Stop]
"""Worker, tour and stop of a visit."""
NAMING = ("visit", "other", "first", "second")
"""The values of a breach that name visits."""


@dataclass(frozen=True, slots=True)
class RejudgedPlan:
    """A plan against a problem that may have changed since. `plan`: as far as the problem knows it, at its
    own times. `lost`: visits that it covers and that nobody can do there any more, or need not. `broken`:
    unwaived breaches."""

    plan: Plan
    lost: frozenset[str]
    broken: tuple[Violation, ...]

    @property
    def holds(self) -> bool:
        return not self.lost and not self.broken


def judged(problem: Problem, plan: Plan) -> RejudgedPlan:
    """The plan as it stands, judged on `problem`: every rule again, and what `problem` asks for no more."""
    routes, driven = [], problem.driven(plan.drives)
    for route in plan.routes:
        worker = problem.worker_by_id.get(route.worker_id)
        stops = tuple(stop for stop in route.stops if _is_asked(problem, route.worker_id, stop))
        if worker is None or route.tour >= len(worker.availability) or not stops:
            continue
        is_whole = len(stops) == len(route.stops)
        is_whole &= route.vehicle_id is None or route.vehicle_id in problem.vehicle_by_id
        routes.append(route if is_whole else held_route(driven, worker, route.tour, stops))
    known = whole(problem, routes, plan)
    return RejudgedPlan(known, plan.covered - known.covered, unwaived(check(problem, known)))


def _is_asked(problem: Problem, worker_id: str, stop: Stop) -> bool:
    request = problem.request_by_visit.get(stop.visit_id)
    return request is not None and worker_id not in request.visit.forbidden_workers


def unwaived(found: Iterable[Violation]) -> tuple[Violation, ...]:
    return tuple(one for one in found if one.waived_by is None)


def mended(problem: Problem, plan: Plan, agreed: Plan, without: Collection[tuple[str, str]] = ()) -> Plan:
    """The lawful plan of `problem` that is nearest to `plan` without searching.

    Args: agreed: the stops that were agreed to meanwhile, with their workers and hours: they come first.
        without: pairs of visit and worker that are not to be.
    """
    held, asked = carried(problem, agreed), carried(problem, plan)
    problem, places = problem.driven({**asked.drives, **held.drives}), _places(held)
    first = frozenset(places)
    for id, place in _places(asked).items():
        if id not in first and (id, place[0]) not in without:
            places[id] = place
    made = _made(problem, places, plan)
    return replace(_lawful(problem, made, first), pinned=plan.pinned & made.covered)


def _places(plan: Plan) -> dict[str, Place]:
    return {
        stop.visit_id: (route.worker_id, route.tour, stop) for route in plan.routes for stop in route.stops
    }


def _made(problem: Problem, places: dict[str, Place], said: Plan) -> Plan:
    tours: dict[tuple[str, int], list[Stop]] = {}
    for worker, tour, stop in places.values():
        tours.setdefault((worker, tour), []).append(stop)
    routes = (held_route(problem, problem.worker_by_id[key[0]], key[1], tours[key]) for key in sorted(tours))
    return whole(problem, tuple(routes), said)


def _lawful(problem: Problem, plan: Plan, first: Collection[str]) -> Plan:
    """Without the stops that break a rule: of each person concerned as many as add no breach, those of
    `first` before the others and graver visits before lighter ones; of visits tied to each other those that
    are left unlawful."""
    broken = unwaived(check(problem, plan))
    concerned = {one.worker_id for one in broken if one.worker_id is not None}
    kept = {s.visit_id for r in plan.routes if r.worker_id not in concerned for s in r.stops}
    for worker in sorted(concerned):
        kept |= _kept_of(problem, plan, worker, first)
    plan = with_stops(problem, plan, kept) if concerned else plan
    while True:
        # Round after round: a visit that goes may leave the one tied to it unlawful.
        broken = unwaived(check(problem, plan))
        named = frozenset[str]().union(*map(named_in, broken)) & plan.covered
        # What was agreed goes last: only where nothing else could.
        going = named - frozenset(first) or named
        if not going:
            return plan
        plan = with_stops(problem, plan, plan.covered - going)


def _kept_of(problem: Problem, plan: Plan, worker_id: str, first: Collection[str]) -> frozenset[str]:
    stops = [stop for route in plan.routes_of(worker_id) for stop in route.stops]
    level = {stop.visit_id: problem.visit_by_id[stop.visit_id].level for stop in stops}
    wanted = sorted(
        stops, key=lambda one: (one.visit_id not in first, level[one.visit_id], one.start, one.visit_id)
    )
    return with_lawful_stops(problem, plan, worker_id, frozenset(), (stop.visit_id for stop in wanted))


def with_lawful_stops(
    problem: Problem, plan: Plan, worker_id: str, kept: frozenset[str], wanted: Iterable[str]
) -> frozenset[str]:
    """The kept visits of a worker and, one after the other, those wanted that add no breach to theirs."""
    # What the kept ones break anyhow, by a waiver, an event or the days before, is no wanted one's doing.
    known = _own(problem, with_stops(problem, plan, kept), worker_id)
    for visit_id in wanted:
        wider = kept | {visit_id}
        if _own(problem, with_stops(problem, plan, wider), worker_id) <= known:
            kept = wider
    return kept


def _own(problem: Problem, plan: Plan, worker_id: str) -> frozenset[tuple[str, str]]:
    found = with_waivers(problem, plan, own_breaches(problem, plan, {worker_id}))
    return frozenset((one.rule, one.where) for one in unwaived(found))


def named_in(violation: Violation) -> frozenset[str]:
    """The visits that a breach names."""
    return frozenset(value for name, value in violation.reason.values if name in NAMING)
